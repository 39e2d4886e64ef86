"""`kg` in a shell: answers on standard output, everything else on standard error.

Exit 0 when done (also an ASK that is false), 1 when refused, failed or timed out, with a sentence, 2 for wrong usage.
Without a terminal there is neither colour nor a progress bar; with one, no character of a label steers it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import rdflib

import kg
from kg import cli, output
from kg.query import term
from tests.small import GOOD, good, set_cell

COMMANDS = ["atlas", "build", "export", "lecture", "queries", "query", "serve", "show", "sources", "validate", "view"]


class Done(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store of the good folder, which all commands here use."""
    folder = tmp_path_factory.mktemp("cli")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_STORE", str(folder))
        kg.load(GOOD)
        yield folder


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Run:
    """`kg WORDS` in this process: quicker than a new one, the same `main`."""
    monkeypatch.setenv("KG_STORE", str(home))
    monkeypatch.chdir(tmp_path)

    def go(*words: str, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["kg", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        capfdbinary.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Done(code, out.decode(errors="surrogateescape"), err.decode())

    return go


def refused(done: Done) -> str:
    """The sentence of a command that was refused."""
    assert done.code == 1, done
    assert done.out == ""
    assert done.err.strip()
    assert "Traceback" not in done.err
    return done.err.removesuffix("\n")


def answered(done: Done) -> str:
    """The answer of a command that said nothing else."""
    assert (done.code, done.err) == (0, "")
    return done.out


def misused(done: Done) -> str:
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    return done.err


# --- Help and usage ----------------------------------------------------------------------------


def test_the_commands_are_those_we_promise() -> None:
    assert set(COMMANDS) <= set(cli.commands.commands)


@pytest.mark.parametrize("name", sorted(cli.commands.commands))
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_help(name: str, flag: str, run: Run) -> None:
    text = answered(run(name, flag))
    assert text.startswith(f"Usage: kg {name}")
    command = cli.commands.commands[name]
    assert command.help
    assert command.help.splitlines()[0].rstrip(".") in " ".join(text.split()) or command.help[:30] in text
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert option.opts[0] in text


def test_help_lists_every_command(run: Run) -> None:
    text = answered(run("--help"))
    for name in cli.commands.commands:
        assert f"\n  {name}" in text
    assert "Not medical advice." in " ".join(text.split())


def test_the_version_is_that_of_the_package(run: Run) -> None:
    from importlib.metadata import version

    assert answered(run("--version")).strip().endswith(version("metastasis-kg"))


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["quary"],
        ["build", "--nonsense"],
        ["build", "--data", __file__],
        ["query"],
        ["query", "ASK {}", "--timeout", "0"],
        ["query", "ASK {}", "--timeout", "-1"],
        ["query", "ASK {}", "--timeout", "soon"],
        ["query", "ASK {}", "--cancer", "x"],
        ["query", "ASK {}", "more"],
        ["query", "where-does-it-spread", "--cancer"],
        ["show"],
        ["view"],
        ["export"],
        ["sources", "--format", "turtle"],
        ["view", "network", "bone"],
    ],
    ids=lambda words: " ".join(words).replace(__file__, "FILE") or "nothing",
)
def test_wrong_usage_exits_2(words: list[str], run: Run) -> None:
    assert "Usage: kg" in misused(run(*words)) or "unexpected" in run(*words).err or "no option" in run(*words).err


# --- Queries -----------------------------------------------------------------------------------

TWO = 'SELECT ?x ?n { VALUES (?x ?n) { ("a, b" 1) ("ä ☃ 😀" 0.25) } }'


def test_rows_are_a_table(run: Run) -> None:
    assert answered(run("query", TWO)).splitlines() == [" x       n", " a, b    1", " ä ☃ 😀  0.25"]


def test_rows_are_csv(run: Run) -> None:
    text = answered(run("query", TWO, "--format", "csv"))
    assert list(csv.reader(io.StringIO(text))) == [["x", "n"], ["a, b", "1"], ["ä ☃ 😀", "0.25"]]


def test_rows_are_tsv(run: Run) -> None:
    assert answered(run("query", TWO, "--format", "tsv")).splitlines() == ["?x\t?n", '"a, b"\t1', '"ä ☃ 😀"\t0.25']


def test_rows_are_json(run: Run) -> None:
    found = json.loads(answered(run("query", TWO, "--format", "json")))
    assert found["head"]["vars"] == ["x", "n"]
    assert [row["x"]["value"] for row in found["results"]["bindings"]] == ["a, b", "ä ☃ 😀"]


@pytest.mark.parametrize(
    ("name", "syntax"), [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("table", "turtle")]
)
def test_a_graph_is_written_as_one(name: str, syntax: str, run: Run) -> None:
    text = answered(run("query", 'CONSTRUCT { <x:a> <x:b> "ä" , 1 } {}', "--format", name))
    assert len(rdflib.Graph().parse(data=text, format=syntax)) == 2


@pytest.mark.parametrize(("query", "word"), [("ASK {}", "true"), ("ASK { FILTER(false) }", "false")])
@pytest.mark.parametrize("name", ["table", "csv", "tsv", "json"])
def test_a_truth_value_is_an_answer_whatever_it_is(query: str, word: str, name: str, run: Run) -> None:
    text = answered(run("query", query, "--format", name))
    assert text == f"{word}\n" if name != "json" else json.loads(text)["boolean"] is (word == "true")


def test_no_rows_are_an_answer_with_names(run: Run) -> None:
    assert answered(run("query", "SELECT ?a ?b { ?a mkg:nothing ?b }", "--format", "csv")).splitlines() == ["a,b"]
    assert answered(run("query", "SELECT ?a ?b { ?a mkg:nothing ?b }")).split() == ["a", "b"]


@pytest.mark.parametrize("name", ["xml", "TABLE", "", "turtel"])
def test_an_unknown_format_is_refused_with_what_is_allowed(name: str, run: Run) -> None:
    assert refused(run("query", "ASK {}", "--format", name)) == (
        f'"{name}" is no format; allowed: table, csv, tsv, json, turtle, ntriples, jsonld'
    )


@pytest.mark.parametrize(
    ("query", "name"),
    [("SELECT * {}", "turtle"), ("ASK {}", "jsonld"), ("CONSTRUCT WHERE {}", "csv"), ("DESCRIBE <x:a>", "json")],
)
def test_a_form_the_answer_cannot_have_is_refused(query: str, name: str, run: Run) -> None:
    said = refused(run("query", query, "--format", name))
    assert f'no "{name}" form; allowed: table, ' in said


def test_a_query_comes_from_a_file(run: Run, tmp_path: Path) -> None:
    for name, encoding in (("query.rq", "utf-8"), ("mit Leerzeichen ä.rq", "utf-8-sig")):
        (tmp_path / name).write_text('ASK { FILTER("ä" = "\\u00E4") }\n', encoding=encoding)
        assert answered(run("query", name)) == "true\n"


def test_a_query_comes_from_standard_input(run: Run) -> None:
    assert answered(run("query", "-", stdin=b'\xef\xbb\xbfASK { FILTER("\xc3\xa4" = "\\u00E4") }\r\n')) == "true\n"


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_an_empty_query_is_refused(text: str, run: Run) -> None:
    assert "expected" in refused(run("query", text))
    assert "expected" in refused(run("query", "-", stdin=text.encode()))


def test_a_query_that_is_no_utf_8_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes("ASK {}\n# Größe".encode("latin-1"))
    assert refused(run("query", "latin.rq")) == "line 2 of the query is not UTF-8 (byte 0xF6)"
    assert "line 1 of the query is not UTF-8" in refused(run("query", "-", stdin=b"ASK\xff"))


def test_a_long_query_on_one_line_is_no_file_name(run: Run) -> None:
    """It was looked for as a file, whose name was too long."""
    for times in (100, 5000):
        query = f"ASK {{ FILTER(1 IN ({', '.join('1' * times)})) }}"
        assert answered(run("query", query)) == "true\n"


def test_a_query_of_a_megabyte_is_answered(run: Run) -> None:
    query = "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + " ".join(f'"a name # {i} <"' for i in range(50_000)) + " } }"
    assert len(query) > 900_000
    assert answered(run("query", "-", "--format", "csv", stdin=query.encode())).split() == ["n", "50000"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * { ?s ?p ?o", "line 1"),
        ("SELECT *\n{ ?s mgk:x ?o }", 'line 2, column 6: unknown prefix "mgk"; known: '),
        ('SELECT * { ?s ?p "x }', "a quote is opened here and not closed"),
        ("nonsense", 'no example is called "nonsense"; `kg queries` lists all'),
        ("where-does-it-spreat", 'no example is called "where-does-it-spreat"; nearest: where-does-it-spread'),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "asks another server (SERVICE)"),
        ("DROP ALL", "expected"),
        ("/no/such/file.rq", "no example is called"),
        ("ASK { # \udcff\n}", "UTF-8"),
    ],
)
def test_a_query_that_cannot_be_asked_is_told(query: str, sentence: str, run: Run) -> None:
    said = refused(run("query", query))
    assert sentence in said or "utf-8" in said


def test_a_query_that_takes_too_long_is_told(run: Run) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    assert refused(run("query", endless, "--timeout", "1.5")).startswith("the query was ended after 1.5 s")


def test_an_example_is_asked_by_name_with_parameters(run: Run) -> None:
    default = answered(run("query", "where-does-it-spread", "--format", "csv"))
    given = answered(run("query", "where-does-it-spread", "--cancer", "PROSTATE adenocarcinoma", "--format", "csv"))
    joined = answered(run("query", "where-does-it-spread", "--cancer=prostate adenocarcinoma", "--format=csv"))
    assert given == joined
    assert default.splitlines()[0] == given.splitlines()[0]
    assert len(given.splitlines()) > 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cancer", "prostat cancer"], 'no cancer is called "prostat cancer"; nearest: '),
        (["--cancer", ""], 'no cancer is called ""'),
        (["--cancer", '"> . DROP ALL # \x1b[31m'], "no cancer is called"),
        (["--cancer", "😀 Müller"], 'no cancer is called "😀 Müller"; nothing is near'),
        (["--colour", "red"], '"where-does-it-spread" has no parameter "colour"; allowed: cancer'),
    ],
)
def test_a_parameter_that_means_nothing_is_told(words: list[str], sentence: str, run: Run) -> None:
    said = refused(run("query", "where-does-it-spread", *words))
    assert sentence in said
    assert "\x1b" not in said


@pytest.mark.parametrize("value", ['x" . DROP ALL #', "\n", "\\", "1", "-1.5", "http://a.b/c", "ä 😀", "}"])
def test_a_plain_parameter_cannot_break_out(value: str) -> None:
    assert list(kg.load().store.query(f"SELECT ?x {{ VALUES ?x {{ {term(value)} }} }}"))  # type: ignore[arg-type]


# --- The other commands ------------------------------------------------------------------------


def test_build_tells_its_folder_and_a_summary(run: Run, home: Path) -> None:
    done = run("build", "--data", str(GOOD))
    assert done.code == 0
    assert Path(done.out.strip()).parent == home
    assert "41 statements of 23 sources" in done.err or "statements of" in done.err
    assert "\x1b" not in done.err


def test_a_bad_folder_is_refused_with_all_problems(run: Run, tmp_path: Path) -> None:
    data = good(tmp_path)
    for line, cell in ((2, "Z"), (3, ""), (4, "\x1b[31mred\x1b[0m")):
        set_cell(data / "sources.csv", line, "tier", cell)
    set_cell(data / "entities" / "organs.csv", 2, "label", "bone\x1b[31m")
    for command in ("build", "validate"):
        said = refused(run(command, "--data", str(data)))
        for place in ("sources.csv:2", "sources.csv:3", "sources.csv:4", "organs.csv:2"):
            assert place in said
        assert said.splitlines()[-1].startswith("refused: ")
        assert said.splitlines()[-1].endswith("problems; nothing was built")
        assert "\x1b" not in said


@pytest.mark.parametrize("command", ["build", "validate"])
def test_a_folder_that_is_not_there_is_told(command: str, run: Run) -> None:
    said = refused(run(command, "--data", "no/such/folder"))
    assert "no/such/folder" in said


def test_validate_counts_and_strict_allows_no_warning(run: Run) -> None:
    done = run("validate", "--data", str(GOOD))
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[-1].startswith("valid: ")
    warned = "0 warnings" not in done.err.splitlines()[-1]
    assert run("validate", "--data", str(GOOD), "--strict").code == int(warned)


def test_queries_lists_the_library_and_shows_one(run: Run) -> None:
    assert len(answered(run("queries")).splitlines()) == 1 + len(kg.graph.library.examples())
    text = answered(run("queries", "where-does-it-spread"))
    assert text.startswith("# ")
    assert answered(run("query", "-", "--format", "csv", stdin=text.encode())), "it runs as shown"
    assert "nearest: where-does-it-spread" in refused(run("queries", "where-does-it-spreat"))


def test_show_prints_a_card(run: Run) -> None:
    text = answered(run("show", "BONE"))
    assert "bone" in text.splitlines()[1]
    assert "Reached by (counted)" in text
    assert "Not medical advice." in text
    assert "\x1b" not in text
    assert len(answered(run("show", "bone", "--all"))) >= len(text)


@pytest.mark.parametrize("name", ["", "bon e", "😀", "ünbekannt", "\x1b[31m", "[bold]", "x" * 100_000, "%s{}"])
def test_a_name_that_means_nothing_is_told(name: str, run: Run) -> None:
    said = refused(run("show", name))
    assert said.startswith('no entity is called "')
    assert "\x1b" not in said


def test_sources_are_listed(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(answered(run("sources", "--format", "csv")))))
    assert len(rows) == len(json.loads(answered(run("sources", "--format", "json"))))
    assert {"source", "tier", "licence", "statements"} <= set(rows[0])
    assert len(answered(run("sources")).splitlines()) == 1 + len(rows)


FOREST = ["forest", "--cancer", "prostate adenocarcinoma", "--site", "bone"]


def test_view_writes_a_page(run: Run, tmp_path: Path) -> None:
    done = run("view", *FOREST, "--out", "ä.html")
    assert (done.code, done.out) == (0, f"{tmp_path / 'ä.html'}\n"), done.err
    assert (tmp_path / "ä.html").read_text(encoding="utf-8").startswith("<!")
    assert "nonsense" in refused(run("view", "nonsense"))
    assert not (tmp_path / "nonsense.html").exists()


def test_a_page_that_cannot_be_written_is_told(run: Run) -> None:
    assert "no/such/folder" in refused(run("view", *FOREST, "--out", "no/such/folder/x.html"))


@pytest.mark.parametrize("name", ["nquads", "csv", "parquet", "graphml", "cytoscape", "kgx"])
def test_export_writes_to_standard_output_or_a_file(name: str, run: Run, tmp_path: Path) -> None:
    done = run("export", name)
    assert done.code == 0
    assert done.err.startswith(f"{name} holds ")
    to_file = run("export", name, "--out", "x")
    assert (to_file.code, to_file.out, to_file.err) == (0, "", done.err)
    assert (tmp_path / "x").stat().st_size == pytest.approx(len(done.out.encode(errors="surrogateescape")), rel=0.02)


def test_an_unknown_export_is_refused_and_writes_no_file(run: Run, tmp_path: Path) -> None:
    assert refused(run("export", "docx", "--out", "x")).startswith('"docx" is no export format; allowed: turtle, ')
    assert not (tmp_path / "x").exists()


# --- Where people stand ------------------------------------------------------------------------


def test_a_store_that_cannot_be_written_is_told(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KG_STORE", str(tmp_path / "file" / "store"))
    assert refused(run("query", "ASK {}")).endswith("free space there or set KG_STORE to another folder")


def test_the_endpoint_option_is_told_what_is_no_endpoint(run: Run) -> None:
    for words in (["query", "ASK {}"], ["show", "bone"], ["sources"], ["view", "network"]):
        assert "is no endpoint; allowed: an address" in refused(run(*words, "--endpoint", "localhost"))


def shell(line: str, home: Path) -> subprocess.CompletedProcess[str]:
    """A line of bash, with `kg`."""
    script = f'set -o pipefail; kg() {{ "{sys.executable}" -m kg "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env={**os.environ, "KG_STORE": str(home)}
    )


@pytest.mark.parametrize(
    "words", ["query 'SELECT * { ?s ?p ?o }' --format csv", "queries", "export nquads 2>/dev/null", "query 'ASK {}'"]
)
def test_a_reader_that_goes_away_is_no_error(words: str, home: Path) -> None:
    done = shell(f"kg {words} | true", home)
    assert done.stderr == ""


def test_a_full_device_is_told(home: Path) -> None:
    done = shell("kg query 'SELECT * { ?s ?p ?o }' > /dev/full", home)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("No space left on device")
    assert "Traceback" not in done.stderr


def test_the_keyboard_stops_a_query_and_its_worker(home: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "query", endless],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background starts deaf to it
        env={**os.environ, "KG_STORE": str(home)},
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for _ in range(300):
        if children.exists() and children.read_text().strip():
            break
        time.sleep(0.1)
    worker = int(children.read_text().split()[0])
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert err.strip() == "stopped by the keyboard"
    assert any(is_gone(worker) for _ in range(100))


def is_gone(pid: int) -> bool:
    """True if a process has ended, whether or not anybody asked how; else a tenth of a second goes by."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    time.sleep(0.1)
    return state == "Z"


def on_a_terminal(*words: str, home: Path) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "KG_STORE": str(home), "TERM": "xterm-256color", "COLUMNS": "120"}
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", *words], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    )
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        parts.append(part)
    process.wait()
    os.close(ours)
    return b"".join(parts).decode()


RED = 'SELECT ?x { VALUES ?x { "a\\u001B[31mb\\u009Bc\\u0007" } }'


@pytest.mark.parametrize("name", ["table", "csv", "tsv", "json"])
def test_no_character_of_an_answer_steers_a_terminal(name: str, home: Path) -> None:
    seen = on_a_terminal("query", RED, "--format", name, home=home)
    assert "\x1b[31m" not in seen
    assert "\x9b" not in seen
    assert "\x07" not in seen
    assert "[31mb" in seen


def test_no_character_of_a_graph_steers_a_terminal(home: Path) -> None:
    seen = on_a_terminal("query", 'CONSTRUCT { <x:a> <x:b> "a\\u001B[31mb\\u009Bc" } {}', home=home)
    assert "\x1b" not in seen
    assert "\x9b" not in seen


def test_a_terminal_has_colour_and_a_pipe_has_none(home: Path, run: Run) -> None:
    assert "\x1b[1m" in on_a_terminal("query", TWO, home=home)
    for words in (["query", TWO], ["show", "bone"], ["sources"], ["queries"]):
        assert "\x1b" not in answered(run(*words))


@pytest.mark.parametrize("text", ["a\x1b[31mb", "\x9b31m", "\x07", "\x00", "\u202e", "\u200b", "\r", "\x7f"])
def test_what_is_printed_is_plain(text: str) -> None:
    assert output.plain(text).isprintable()
    assert output.plain("ä ☃ 😀\n\t") == "ä ☃ 😀\n\t"
