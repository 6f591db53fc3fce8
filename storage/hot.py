"""Statements that every message runs: compiled once, then run on the driver's own cursor.

SQLAlchemy writes the SQL, names the parameters and converts the values; what is left out is its work for each
execution, which costs several times what SQLite needs for the statement itself.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import BindParameter, ColumnElement, Dialect, Insert, Select, Update, literal_column
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    # The transaction itself has hot statements.
    from storage.transaction import Transaction

_Process = Callable[[Any], Any]
_Statement = Select[Any] | Insert | Update


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One statement for one dialect."""

    sql: str
    # The parameters in the order of the question marks, each with what makes the driver's value of it, if need be.
    parameters: tuple[tuple[str, _Process | None], ...]
    # Whether the driver takes them in that order; if not, by name.
    positional: bool
    # Values that the statement itself brings, as the driver takes them.
    fixed: Mapping[str, Any]
    # What makes a row of the driver's tuple; None for a statement without rows.
    row: Callable[[tuple[Any, ...]], Any] | None


class Hot:
    """A statement whose parameters are single values, given by name: `column.in_(…)` has no place in it."""

    def __init__(self, statement: _Statement, *, columns: tuple[str, ...] = ()) -> None:
        """`columns` are those that an INSERT sets (a column that is left out gets its default)."""
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, tx: "Transaction", values: Mapping[str, Any]) -> list[Any]:
        """Run a SELECT; its rows as named tuples with SQLAlchemy's names of the columns."""
        compiled = self._for(tx)
        assert compiled.row is not None  # noqa: S101 - a wiring mistake
        return [compiled.row(row) for row in self._execute(tx, compiled, values).fetchall()]

    def run(self, tx: "Transaction", values: Mapping[str, Any]) -> int:
        """Run an INSERT or UPDATE; how many rows it touched."""
        count: int = self._execute(tx, self._for(tx), values).rowcount
        return count

    def _execute(self, tx: "Transaction", compiled: _Compiled, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a cursor
        given = {**compiled.fixed, **values} if compiled.fixed else values
        bound = [given[name] if process is None else process(given[name]) for name, process in compiled.parameters]
        if compiled.positional:
            return tx.driver.execute(compiled.sql, bound)
        names = (name for name, _ in compiled.parameters)
        return tx.driver.execute(compiled.sql, dict(zip(names, bound, strict=True)))

    def _for(self, tx: "Transaction") -> _Compiled:
        dialect = tx.connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            # Two threads may do this at the same time: the result is the same.
            compiled = self._compiled[dialect.name] = self._compile(dialect)
        return compiled

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = _written_out(self._statement, dialect).compile(dialect=dialect, column_keys=self._columns or None)
        fixed: dict[str, Any] = {}
        processes: dict[str, _Process | None] = {}
        # Values of the statement's own have names that only the compiled statement knows.
        for parameter, name in compiled.bind_names.items():
            process = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            if parameter.required:
                # A name that stands in two places is converted by the one that says how.
                processes[name] = process or processes.get(name)
            else:
                fixed[name] = compiled.params[name] if process is None else process(compiled.params[name])
                processes[name] = None
        order = compiled.positiontup if compiled.positional and compiled.positiontup is not None else processes
        parameters = tuple((name, processes[name]) for name in order)
        row = _row_maker(self._statement, dialect) if isinstance(self._statement, Select) else None
        return _Compiled(compiled.string, parameters, compiled.positional, fixed, row)


def _written_out(statement: _Statement, dialect: Dialect) -> _Statement:
    """The statement with the values that it brings itself written into its conditions.

    SQLite compares such a value with those of partial indexes. Given from outside, it makes SQLite prepare the
    statement again for each execution, which costs twenty times what running it does.
    """

    def write(element: ExternallyTraversible, **_options: object) -> ColumnElement[Any] | None:
        # What an UPDATE sets has its type only from the column.
        if not isinstance(element, BindParameter) or element.required or isinstance(element.type, NullType):
            return None
        written = element.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        return literal_column(str(written), element.type)

    return cast("_Statement", replacement_traverse(statement, {}, write))


def _row_maker(statement: Select[Any], dialect: Dialect) -> Callable[[tuple[Any, ...]], Any]:
    columns = list(statement.selected_columns)
    made = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024 - names come from the statement
    processors = [
        (index, process)
        for index, column in enumerate(columns)
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    if not processors:
        return made._make

    def make(row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a named tuple made above
        cells = list(row)
        for index, process in processors:
            cells[index] = process(cells[index])
        return made._make(cells)

    return make
