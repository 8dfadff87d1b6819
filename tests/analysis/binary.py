"""binary.py - is a linked program hardened as it was meant to be?  Read from the file itself, not from the flags."""
import re
import subprocess

# Without a bound, or through a shell.  Not stpcpy: gcc makes it of a snprintf that it has seen to fit.
UNSAFE = {"gets", "strcpy", "strcat", "sprintf", "vsprintf", "scanf", "sscanf", "system", "popen", "mktemp", "tmpnam", "tempnam", "alloca",
          "strtok", "rand", "srand", "atoi", "atol", "dlopen"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def imports(program):
    return {m[1] for m in re.finditer(r" UND ([A-Za-z_0-9]+)", run("readelf", "-W", "--dyn-syms", program))}


def functions(program):
    """Address and name of every function of the program's own."""
    for line in run("readelf", "-W", "--syms", program).splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[3] == "FUNC" and fields[4] in ("LOCAL", "GLOBAL") and fields[6].isdigit() and int(fields[2], 0) > 0:
            yield int(fields[1], 16), fields[7]


def without_endbr(program):
    """Functions whose address can be taken begin with endbr64; static ones that are only called need none."""
    code = run("objdump", "-d", "--no-show-raw-insn", program)
    bare = [m[1] for m in re.finditer(r"^[0-9a-f]+ <(rk_[a-z_0-9]+|main)>:\n\s+[0-9a-f]+:\s+(?!endbr64)\S", code, re.M)]
    return bare


def checks(program):
    """(what is checked, "" or what is wrong) for one program."""
    head, segments, dynamic = run("readelf", "-hW", program), run("readelf", "-lW", program), run("readelf", "-dW", program)
    known = imports(program)
    yield "position-independent", "" if "DYN (Position-Independent Executable file)" in head else "not PIE"
    yield "read-only relocations", "" if "GNU_RELRO" in segments and re.search(r"FLAGS.*NOW", dynamic) else "RELRO is not full"
    stack = re.search(r"GNU_STACK.*", segments)
    yield "stack not executable", "" if stack and " RW " in stack[0] and "RWE" not in stack[0] else "an executable stack"
    yield "nothing both writable and executable", "" if not re.search(r"LOAD .* RWE ", segments) else "a segment is RWX"
    yield "no search path of its own", "" if not re.search(r"\((RPATH|RUNPATH)\)", dynamic) else "RPATH or RUNPATH"
    yield "stack protector", "" if "__stack_chk_fail" in known else "no __stack_chk_fail"
    fortified = sorted(name for name in known if name.endswith("_chk") and name != "__stack_chk_fail")
    yield "fortified calls", "" if len(fortified) >= 3 else f"only {fortified}"
    bare = without_endbr(program)
    yield "indirect branch tracking", "" if not bare else f"without endbr64: {', '.join(bare[:5])}"
    bad = sorted(UNSAFE & known)
    yield "no unsafe imports", "" if not bad else ", ".join(bad)
