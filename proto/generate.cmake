# Generates protobuf-c sources and the descriptor set.
#
# protoc-c 1.4 refuses the word "optional" in proto3: in a copy, "optional T x = n;" becomes "oneof _x { T x = n; }", which is
# the same on the wire and is what protoc itself makes of it.
foreach(file IN LISTS FILES)
  file(READ ${SOURCE}/${file} text)
  string(REGEX REPLACE "\n([ \t]*)optional ([A-Za-z0-9_.]+) ([a-z0-9_]+) = ([0-9]+);" "\n\\1oneof _\\3 { \\2 \\3 = \\4; }" text "${text}")
  file(WRITE ${OUTPUT}/rewritten/${file} "${text}")
endforeach()
execute_process(
  COMMAND ${PROTOC_C} -I${OUTPUT}/rewritten --c_out=${OUTPUT} ${FILES} ${WELL_KNOWN}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(
  COMMAND ${PROTOC} -I${SOURCE} --include_imports --descriptor_set_out=${OUTPUT}/descriptors.binpb ${FILES}
  COMMAND_ERROR_IS_FATAL ANY)
