# One file -> one C array: rk_catalogue_NAME and its length.
file(READ ${FILE} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(WRITE ${OUTPUT} "#include \"words/catalogue.h\"\n\nconst unsigned char rk_catalogue_${NAME}[] = {${bytes}0};\nconst size_t rk_catalogue_${NAME}_len = sizeof rk_catalogue_${NAME} - 1;\n")
