"""The command line: words -> graph -> print. Answers go to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from kg import output
from kg.errors import DataError, KgError
from kg.output import plain

if TYPE_CHECKING:
    from kg.card import Card
    from kg.graph import Graph

MOST_PROBLEMS = 200


def main() -> None:
    """Run `kg`: exit 0 when done, 1 when refused, failed or timed out, 2 for wrong usage."""
    try:
        commands(prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.exceptions.Abort:
        _refuse("stopped by the keyboard")
    except DataError as error:
        _refuse(_listed(error))
    except KgError as error:
        _refuse(str(error))
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _refuse(f"{error.filename or 'the system'}: {error.strerror or error}")


def _refuse(sentence: str) -> NoReturn:
    click.echo(plain(sentence), err=True)
    sys.exit(1)


def _listed(error: DataError) -> str:
    lines = [str(problem) for problem in error.problems]
    more = len(lines) - MOST_PROBLEMS
    return "\n".join(
        [
            *lines[:MOST_PROBLEMS],
            *([f"... and {more} more"] if more > 0 else []),
            f"refused: {len(lines)} problems; nothing was built",
        ]
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("metastasis-kg"), prog_name="kg")
def commands() -> None:
    """Which cancers spread where, how often, by which route, and who says so. Not medical advice."""


endpoint_option = click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the store here.")


# --- build, validate ---


@commands.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of tables to build from instead of the shipped one.",
)
@click.option("--fresh", is_flag=True, help="Build even if nothing has changed.")
def build(data: Path | None, fresh: bool) -> None:
    """Build the graph: tables -> checked, validated store."""
    from kg import build as building
    from kg.resources import DATA, store_home

    folder = data or DATA
    if not folder.is_dir():
        raise KgError(
            f"{folder}: there is no such folder; allowed: a folder with sources.csv, entities/ and statements/"
        )
    with _progress("building", len(building.STEPS)) as tell:
        built = building.build(store_home(), folder, fresh, tell)
    _say_warnings(built.warnings)
    counts = built.manifest["counts"]
    entities = sum(counts[kind] for kind in ("Cancer", "Metastasis", "Complication", "Organ", "Symptom", "Treatment"))
    click.echo(
        f"{counts['statements']:,} statements of {counts['sources']:,} sources on {entities:,} entities, {counts['quads']:,} quads",
        err=True,
    )
    click.echo(str(built.folder))


@commands.command()
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="A folder of tables instead of the shipped one."
)
@click.option("--strict", is_flag=True, help="Let warnings fail too.")
def validate(data: Path | None, strict: bool) -> None:
    """Check tables, shapes and groundings without building a store."""
    from kg import build as building
    from kg.resources import DATA

    with _progress("validating", len(building.STEPS)) as tell:
        checked = building.check(data or DATA, tell)
    _say_warnings(checked.warnings)
    if strict and checked.warnings:
        raise KgError(f"refused: {len(checked.warnings)} warnings, and --strict allows none")
    click.echo(
        f"valid: {len(checked.tables.statements):,} statements of {len(checked.tables.sources):,} sources, {len(checked.warnings)} warnings",
        err=True,
    )


def _say_warnings(warnings: list[Any]) -> None:
    for warning in warnings[:MOST_PROBLEMS]:
        click.echo(plain(f"warning: {warning}"), err=True)
    if len(warnings) > MOST_PROBLEMS:
        click.echo(f"... and {len(warnings) - MOST_PROBLEMS} more warnings", err=True)


# --- query, queries ---


@commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("query")
@click.option(
    "--format", "format_name", default="table", help="table, csv, tsv, json; of a graph turtle, ntriples, jsonld."
)
@endpoint_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds after which the query is ended.",
)
@click.option("--allow-service", is_flag=True, help="Let the query ask other servers (SERVICE).")
@click.pass_context
def query(
    context: click.Context, query: str, format_name: str, endpoint: str | None, timeout: float, allow_service: bool
) -> None:
    """Answer QUERY: SPARQL, a file of SPARQL (- for standard input), or the name of an example.

    An example's parameters are options of their own: kg query where-does-it-spread --cancer "breast cancer".
    """
    output.refuse_format(format_name)
    parameters = _pairs(context.args)
    graph = _graph(endpoint)
    text = _query_text(graph, query, parameters)
    written = output.render(graph.ask(text, timeout, allow_service), format_name, colour=sys.stdout.isatty())
    sys.stdout.buffer.write(written)


def _query_text(graph: Graph, query: str, parameters: dict[str, str]) -> str:
    from kg import library

    if query == "-" or os.path.isfile(query):  # noqa: PTH113 - a query may be too long for a Path to look for
        raw = sys.stdin.buffer.read() if query == "-" else Path(query).read_bytes()
        try:
            query = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = raw.count(b"\n", 0, error.start) + 1
            raise KgError(f"line {place} of the query is not UTF-8 (byte 0x{raw[error.start]:02X})") from None
        example = None
    else:
        named = query.strip()
        example = library.example(named) if named and " " not in named and "{" not in named else None
    if example:
        return graph.fill(example, parameters)
    if parameters:
        raise click.UsageError(f"--{next(iter(parameters))} is no option; only examples take parameters")
    return query


def _pairs(arguments: list[str]) -> dict[str, str]:
    """Parameters that a command does not declare, since a query or a picture does."""
    from kg import views
    from kg.errors import FormatError

    try:
        return views.options(arguments)
    except FormatError as error:
        raise click.UsageError(str(error)) from None


@commands.command()
@click.argument("name", required=False)
def queries(name: str | None) -> None:
    """List the example questions, or show one with its query."""
    from kg import library

    if name:
        example = library.example(name)
        click.echo(f"# {example.question}\n{example.query}", nl=False)
        return
    from rich.table import Table

    table = Table("name", "question", "parameters", box=None)
    for example in library.examples().values():
        table.add_row(example.name, example.question, " ".join(f"--{p.name}" for p in example.parameters))
    _print(table)


# --- show, sources ---


@commands.command()
@click.argument("name")
@click.option("--all", "everything", is_flag=True, help="Show every row of every section.")
@endpoint_option
def show(name: str, everything: bool, endpoint: str | None) -> None:
    """Show one entity as a card: spread with n, k and interval, symptoms, treatments, sources."""
    from kg.card import card
    from kg.errors import AmbiguousName

    graph = _graph(endpoint)
    try:
        found = [card(graph, name)]
    except AmbiguousName as error:
        click.echo(plain(str(error)) + "\n")
        found = [card(graph, id_) for _, id_, _ in error.senses]
    for one in found:
        _print_card(one, None if everything else 12)
    click.echo(
        "Intervals are Wilson 95 %: they cover sampling only, not how patients came to be counted. Not medical advice."
    )


def _print_card(card: Card, most: int | None) -> None:
    from rich.markup import escape

    from kg.analyses.profile import brief

    entity = card.entity
    _print(f"\n[bold]{escape(plain(entity.label))}[/bold]  {entity.class_}  {escape(entity.id)}")
    if entity.synonyms:
        _print(escape(plain("also: " + ", ".join(entity.synonyms))))
    if entity.note:
        _print(escape(plain("note: " + entity.note)))
    for title, section in card.sections.items():
        shown = output.readable(title, brief(section) if most and "(counted)" in title else section)
        _print(f"\n[bold]{title}[/bold]")
        _print(output.table(shown.head(most or len(shown))))
        if most and len(shown) > most:
            _print(f"... {len(shown) - most} more; --all shows everything")


@commands.command()
@click.option("--format", "format_name", type=click.Choice(["table", "csv", "json"]), default="table")
@endpoint_option
def sources(format_name: str, endpoint: str | None) -> None:
    """List every source with tier, terms and number of statements."""
    frame = _graph(endpoint).sources()
    if format_name == "csv":
        click.echo(frame.to_csv(index=False, lineterminator="\n"), nl=False)
    elif format_name == "json":
        click.echo(frame.to_json(orient="records", indent=1, force_ascii=False))
    else:
        _print(output.table(frame[["source", "title", "year", "tier", "licence", "pools", "statements"]]))


# --- view, export ---


@commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("kind")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; KIND.html if not given."
)
@endpoint_option
@click.pass_context
def view(context: click.Context, kind: str, out: Path | None, endpoint: str | None) -> None:
    """Draw a picture as one self-contained HTML file that opens without network.

    An --out that ends in .svg writes the drawing alone, .csv its table, .bib or .json (CSL) its sources.

    What KIND draws is told by options of its own: kg view forest --cancer "breast cancer" --site bone.
    """
    picture = _graph(endpoint).view(kind, **_pairs(context.args))
    click.echo(str(picture.save(out or Path(f"{kind}.html"))))


@commands.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default="atlas.html", show_default=True)
def atlas(out: Path) -> None:
    """Write all pictures of all cancers and sites as one offline page. It takes minutes."""
    from kg import atlas as pictures

    graph = _graph(None)
    wanted = pictures.wanted(graph)
    with _progress("drawing", len(wanted)) as tell:
        page = pictures.draw(graph, wanted, tell)
    out.write_text(page, encoding="utf-8", newline="\n")
    click.echo(str(out.absolute()))


@commands.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The page to write; FILE.html if not given."
)
@endpoint_option
def lecture(file: Path, out: Path | None, endpoint: str | None) -> None:
    """Turn a lecture, a file of Markdown, into one offline page of steps.

    Each second-level heading names pictures as `kg view` does; each paragraph below it is a step.
    """
    from kg import lecture as lectures

    page = lectures.draw(_graph(endpoint), file)
    out = out or file.with_suffix(".html")
    out.write_text(page, encoding="utf-8", newline="\n")
    click.echo(str(out.absolute()))


@commands.command()
@click.argument("format_name", metavar="FORMAT")
@click.option("--out", type=click.File("wb"), default="-", help="The file to write; standard output if not given.")
def export(format_name: str, out: IO[bytes]) -> None:
    """Write the graph in another format: turtle, trig, nquads, jsonld, rdfxml, csv, parquet, graphml, gexf,
    cytoscape or kgx (an archive of node and edge file)."""
    from kg.export import export as write

    holds = write(_graph(None), format_name, out)
    click.echo(f"{format_name} holds {holds}", err=True)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7878, show_default=True, type=click.IntRange(1, 65535))
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True)
def serve(host: str, port: int, timeout: float) -> None:
    """Serve pictures and a SPARQL 1.1 endpoint; queries are ended after --timeout seconds."""
    from kg.web import serve as run

    click.echo(f"http://{host}:{port}/ and http://{host}:{port}/sparql; Ctrl-C ends it", err=True)
    run(_graph(None), host, port, timeout)


# --- what commands share ---


def _graph(endpoint: str | None) -> Graph:
    """The store here, built first if need be, or an endpoint."""
    from kg import build as building
    from kg import graph

    if endpoint:
        return graph.connect(endpoint)
    with _progress("building", len(building.STEPS)) as tell:
        return graph.load(tell=tell)


@contextmanager
def _progress(title: str, steps: int) -> Iterator[Any]:
    """A progress bar on standard error that appears with the first step; without a terminal, nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    bar = Progress(
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=steps)

    def tell(step: str) -> None:
        if console.is_terminal and not bar.live.is_started:
            bar.start()
        bar.update(task, description=step, advance=1)

    try:
        yield tell
    finally:
        if bar.live.is_started:  # else it leaves an empty line
            bar.stop()


def _print(thing: object) -> None:
    """Print with rich: colour on a terminal, whole lines elsewhere."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=100_000, color_system=None)
    console.print(thing, soft_wrap=isinstance(thing, str))
