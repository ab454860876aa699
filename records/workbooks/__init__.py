"""Excel workbooks: reading what users upload without trusting it, and writing what they may open without risk.

Start here: `read_sheet(file, columns)` → `Sheet`; `cells` turns cell values into clean ones or raises `CellFault`;
`write_rows` and `write_faults` make workbooks in which text stays text.
"""

from records.workbooks.cells import CellFault
from records.workbooks.reading import Column, Fault, Sheet, SheetRow, read_sheet
from records.workbooks.safety import WorkbookRefused
from records.workbooks.writing import export_rows, write_faults, write_rows

__all__ = [
    "CellFault",
    "Column",
    "Fault",
    "Sheet",
    "SheetRow",
    "WorkbookRefused",
    "export_rows",
    "read_sheet",
    "write_faults",
    "write_rows",
]
