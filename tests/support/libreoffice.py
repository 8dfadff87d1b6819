"""libreoffice.py - a workbook filled in by LibreOffice: opened, cells typed into, saved as Excel keeps them.

    python3 libreoffice.py FORM SAVED SHEET!CELL=TEXT...

TEXT goes in as a person types it: LibreOffice decides whether it is a number, a date or words.  A locked cell refuses it.
"""
import pathlib
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def desktop(pipe, office, seconds=120):
    """The office's desktop, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + seconds
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if office.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.1)


def fill(book, values):
    for at, text in values:
        title, cell = at.rsplit("!", 1)
        cell = book.Sheets.getByName(title).getCellRangeByName(cell)
        cell.FormulaLocal = text
        if not cell.String:
            raise SystemExit(f"{at} did not take {text!r}")


def main(form, saved, *values):
    with tempfile.TemporaryDirectory() as folder:
        pipe = pathlib.Path(folder).name
        office = subprocess.Popen(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"])
        try:
            program = desktop(pipe, office)
            book = program.loadComponentFromURL(pathlib.Path(form).resolve().as_uri(), "_blank", 0, (option("Hidden", True),))
            fill(book, [value.split("=", 1) for value in values])
            book.storeToURL(pathlib.Path(saved).resolve().as_uri(), (option("FilterName", "Calc MS Excel 2007 XML"),))
            book.close(True)
            program.terminate()
            office.wait(60)
        finally:
            if office.poll() is None:
                office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
