"""The quiz asks what the counts can answer, shows them after the answer, keeps score, and stores nothing of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg.errors import KgError
from kg.page import Picture
from kg.views import quiz
from tests.conftest import ROOT
from tests.pages import HOSTILE, axe_finds, colours, opened, saved
from tests.small import rows

if TYPE_CHECKING:
    import pandas as pd
    from playwright.sync_api import Browser, Page

COUNT = re.compile(r"([\d,]+)/([\d,]+)")
RANGES = {"fewer than 10": (0, 10), "10 to 25": (10, 25), "25 to 50": (25, 50), "more than 50": (50, 100)}


@pytest.fixture(scope="module")
def picture(graph: kg.Graph) -> Picture:
    return graph.view("quiz")


@pytest.fixture(scope="module")
def file(picture: Picture, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return picture.save(tmp_path_factory.mktemp("quiz") / "quiz.html")


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    yield from opened(browser, file)


@pytest.fixture(scope="module")
def raw() -> dict[tuple[str, str, str], set[tuple[int, int]]]:
    """Cases and patients by source, cancer and site as the tables have them, named as the quiz names them."""
    entities = [row for name in ("conditions", "organs") for row in rows(ROOT / f"data/entities/{name}.csv")]
    names = {row["id"]: re.sub(r" \([^()]* site\)$", "*", row["label"]) for row in entities}
    found: dict[tuple[str, str, str], set[tuple[int, int]]] = {}
    for table in sorted((ROOT / "data/statements/spread_observations").glob("*.csv")):
        for row in rows(table):
            way = (row["measure"], row["denominator"], row["ascertainment"])
            if way == ("Patients", "MetastaticPatients", "EverRecorded") and row["cases"] and row["site"] in names:
                key = row["source"], names[row["cancer"]], names[row["site"]]
                found.setdefault(key, set()).add((int(row["cases"]), int(row["patients"])))
    return found


def interval(cases: int, patients: int) -> tuple[float, float]:
    """Wilson's bounds in per cent, written out here so that the quiz is not held against itself."""
    z = 1.959963984540054
    middle = (cases + z * z / 2) / (patients + z * z)
    half = z * sqrt(cases * (patients - cases) / patients + z * z / 4) / (patients + z * z)
    return 100 * (middle - half), 100 * (middle + half)


def counts(question: dict[str, Any]) -> list[tuple[int, int]]:
    """Cases and patients that stand beside the bars of a question."""
    found = [COUNT.search(bar["share"]) for bar in question["bars"]]
    return [(int(one[1].replace(",", "")), int(one[2].replace(",", ""))) for one in found if one]


def pairs(question: dict[str, Any]) -> list[tuple[str, str]]:
    """Cancer and site of each bar, read from what is asked."""
    text, options = question["text"], question["options"]
    if where := re.fullmatch(r"Which of these sites does (.+) reach most often\?", text):
        return [(where[1], site) for site in options]
    if which := re.fullmatch(r"Which of these cancers reaches (.+) most often\?", text):
        return [(cancer, which[1]) for cancer in options]
    often = re.fullmatch(r"Of 100 patients with (.+) whose cancer had spread, .* spread to (.+) recorded\?", text)
    assert often, text
    return [(often[1], often[2])]


# --- Without a browser ---


def test_every_count_is_one_of_the_tables(picture: Picture, raw: dict[Any, set[tuple[int, int]]]) -> None:
    for question, source in zip(picture.data["questions"], picture.table["source"], strict=True):
        for pair, count in zip(pairs(question), counts(question), strict=True):
            assert count in raw[source, *pair], question["text"]


def test_every_right_answer_follows_from_the_counts_beyond_chance(picture: Picture) -> None:
    for question in picture.data["questions"]:
        ends = [interval(*count) for count in counts(question)]
        right = question["right"]
        if question["kind"] == "how often":
            low, high = RANGES[question["options"][right]]
            assert low < ends[0][0] < ends[0][1] < high
        else:
            others = [end for i, end in enumerate(ends) if i != right]
            assert len(others) == 3
            assert all(end[1] < ends[right][0] for end in others)


def test_sites_of_one_question_were_counted_in_the_same_patients(picture: Picture) -> None:
    for question in picture.data["questions"]:
        if question["kind"] == "where":
            assert len({patients for _, patients in counts(question)}) == 1
            assert question["of"].startswith(f"Of {counts(question)[0][1]:,} patients with ")


def test_neither_the_own_organ_nor_a_site_of_one_sex_is_offered(graph: kg.Graph, picture: Picture) -> None:
    own: Any = graph.query(
        "SELECT DISTINCT ?cancer ?site WHERE { ?s mkg:ownOrgan true ; rdf:subject/rdfs:label ?cancer ; rdf:object/rdfs:label ?site }"
    )
    one_sex: Any = graph.query("SELECT DISTINCT ?site WHERE { ?organ mkg:sex ?sex ; rdfs:label ?site }")
    offered = {pair for question in picture.data["questions"] for pair in pairs(question)}
    assert len(own) > 27
    assert not offered & {
        (cancer, re.sub(r" \([^()]* site\)$", "*", site)) for cancer, site in own.itertuples(index=False)
    }
    assert not {site for _, site in offered} & {re.sub(r" \([^()]* site\)$", "*", site) for site in one_sex["site"]}


def test_the_title_counts_questions_and_cancers_and_each_kind_is_asked(picture: Picture) -> None:
    questions = picture.data["questions"]
    assert picture.title.startswith(f"Where does it go, how often? {len(questions)} questions from ")
    assert {question["kind"] for question in questions} == {"where", "how often", "which"}
    assert len({question["text"] for question in questions}) == len(questions) == len(picture.table)
    assert {question["right"] for question in questions if question["kind"] == "how often"} == {0, 1, 2, 3}


def test_the_still_drawing_asks_and_does_not_answer(picture: Picture) -> None:
    still = picture.svg()
    sheet = still[still.index('id="sheet"') : still.index('id="evidence"')]
    assert sheet.count('class="box"') == 24
    assert all(f">{i}.</text>" in sheet for i in range(1, 7))
    assert "%" not in sheet
    assert not COUNT.search(sheet)


def test_a_quiz_about_one_cancer_asks_of_it_alone(graph: kg.Graph) -> None:
    questions = graph.view("quiz", cancer="colorectal cancer").data["questions"]
    assert questions
    assert all("colorectal cancer" in question["command"] for question in questions)


def test_a_cancer_that_was_not_counted_so_is_refused_with_those_that_were(graph: kg.Graph) -> None:
    with pytest.raises(KgError, match=r"about uveal melanoma; allowed: .*colorectal cancer"):
        graph.view("quiz", cancer="uveal melanoma")


def test_intervals_that_overlap_make_no_question(spread: pd.DataFrame) -> None:
    import pandas as pd

    row = spread[spread["kind"] == "observation"].head(1).assign(proportion=0.37)
    close = [row.assign(site=f"site {i}", site_id=f"mkg:{i}", lower95=0.3, upper95=0.45) for i in range(4)]
    table = pd.concat(close, ignore_index=True)
    assert {question.kind for question in quiz.asked(table)} == {"how often"}
    table.loc[0, ["proportion", "lower95", "upper95"]] = 0.9, 0.46, 0.95
    assert [question.answer.site for question in quiz.asked(table) if question.kind == "where"] == ["site 0"]


def test_a_name_that_a_shell_would_not_take_stands_as_its_curie(picture: Picture) -> None:
    for question in picture.data["questions"]:
        assert re.fullmatch(r'kg view forest --cancer "[\w(),/ :-]+" --site "[\w(),/ :-]+"', question["command"])


# --- In a browser ---


def current(page: Page, picture: Picture) -> dict[str, Any]:
    """The question that the page asks now."""
    text = page.locator("#question").inner_text()
    found: dict[str, Any] = next(one for one in picture.data["questions"] if one["text"] == text)
    return found


def answer(page: Page, picture: Picture, right: bool) -> dict[str, Any]:
    """Answer by keyboard alone: Tab to the answers, arrows to one of them, Enter."""
    question = current(page, picture)
    if page.evaluate("document.activeElement.type") != "radio":
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "radio"
    page.keyboard.press("Space")
    place = str(question["right"])
    while (page.locator("#options input:checked").get_attribute("value") == place) != right:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    return question


@pytest.mark.browser
def test_answers_by_keyboard_are_judged_in_words_and_counted(page: Page, picture: Picture) -> None:
    assert page.locator("svg#chart").is_hidden()
    question = answer(page, picture, right=True)
    verdict = page.locator("#verdict")
    assert verdict.inner_text().startswith("✓ Right, ")
    assert verdict.get_attribute("aria-live") == "polite"
    assert page.locator("#score").inner_text().startswith("1 of 1 right")
    assert page.locator("#evidence .share-bar").count() == len(question["bars"])
    drawn = page.locator("#evidence").text_content() or ""
    assert all(f"{bar['share']}, {bar['bounds']}" in drawn for bar in question["bars"])
    assert page.locator("#command").inner_text() == question["command"]
    assert page.locator("#source").inner_text() == f"Source: {picture.data['sources'][question['source']]}"
    page.keyboard.press("Enter")
    assert page.locator("svg#chart").is_hidden()
    question = answer(page, picture, right=False)
    assert verdict.inner_text().startswith("✗ Wrong, it is ")
    assert question["options"][question["right"]] in verdict.inner_text()
    assert page.locator("#options .wrong .mark").inner_text() == "✗ your answer"
    assert page.locator("#options .right .mark").inner_text() == "✓ right answer"
    assert page.locator("#score").inner_text().startswith("1 of 2 right")
    page.get_by_role("button", name="Start again").press("Enter")
    assert page.locator("#score").inner_text() == f"question 1 of {len(picture.table)}"
    assert verdict.inner_text() == ""


WALK = """() => {
    const part = (id) => document.getElementById(id);
    const walked = [];
    while (!part("answer").hidden) {
        const inputs = [...part("options").querySelectorAll("input")];
        walked.push([part("question").textContent, inputs.map((one) => Number(one.value))]);
        inputs[0].click();
        part("answer").click();
        if (!part("next").hidden) part("next").click();
    }
    return walked;
}"""
"""Answers every question with the first of its answers: what was asked, and the order of the answers."""


@pytest.mark.browser
def test_every_question_comes_once_and_in_another_order_each_time(page: Page, picture: Picture) -> None:
    rounds = []
    for _ in range(2):
        walked: list[tuple[str, list[int]]] = page.evaluate(WALK)
        assert page.locator("#verdict").inner_text().endswith("That was the last question.")
        assert sorted(text for text, _ in walked) == sorted(picture.table["question"])
        assert all(sorted(order) == [0, 1, 2, 3] for _, order in walked)
        assert len({tuple(order) for _, order in walked}) > 6
        rounds.append([text for text, _ in walked])
        page.locator("#again").click()
    assert rounds[0] != rounds[1]


@pytest.mark.browser
def test_nothing_is_answered_without_a_choice(page: Page) -> None:
    page.locator("#answer").click()
    assert page.locator("#verdict").inner_text() == ""
    assert page.locator("#score").inner_text().startswith("question 1")


@pytest.mark.browser
def test_nothing_about_a_person_is_kept(browser: Browser, file: Path, picture: Picture) -> None:
    context = browser.new_context(offline=True)
    page, requests = context.new_page(), []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    for right in (True, False, True):
        answer(page, picture, right)
        page.locator("#next").click()
    kept = page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
            (await indexedDB.databases()).length, history.length, window.name, location.search + location.hash]"""
    )
    assert kept == [0, 0, "", 0, page.evaluate("history.length"), "", ""]
    assert context.cookies() == []
    assert requests == [file.as_uri()]
    before = page.locator("#score").inner_text()
    page.reload()
    assert before.startswith("2 of 3 right")
    assert page.locator("#score").inner_text() == f"question 1 of {len(picture.table)}"
    context.close()


def test_the_script_knows_no_place_to_keep_anything() -> None:
    script = (ROOT / "kg/assets/static/quiz.js").read_text(encoding="utf-8")
    assert not re.search(r"storage|cookie|indexedDB|location|history|fetch|XMLHttp|sendBeacon|caches", script, re.I)


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_answers_are_closed_until_they_are_opened(browser: Browser, file: Path, scripts: bool) -> None:
    context = browser.new_context(offline=True, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#twin").is_hidden()
    assert page.locator("svg#chart").is_visible() is not scripts
    page.get_by_text("All answers").click()
    assert page.locator("#twin").is_visible()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("name", "value"), [("theme", "dark"), ("mode", "slide")])
def test_a_quiz_can_be_projected(page: Page, picture: Picture, name: str, value: str) -> None:
    page.evaluate("([name, value]) => { document.documentElement.dataset[name] = value; }", [name, value])
    answer(page, picture, right=True)
    assert page.locator("#question").evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 28
    for seen in ("#question", "#verdict", "#chart", "#next"):
        box = page.locator(seen).bounding_box()
        assert box
        assert box["y"] + box["height"] < 720


@pytest.mark.browser
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_evidence_is_saved_as_it_is_seen(
    page: Page, browser: Browser, picture: Picture, ending: str, tmp_path: Path
) -> None:
    question = answer(page, picture, right=True)
    path = saved(page, ending, tmp_path)
    assert len(colours(browser, path)) > 8
    if ending == "svg":
        text = path.read_text(encoding="utf-8")
        assert question["bars"][0]["share"] in text.replace("&lt;", "<")
        assert 'id="sheet"' not in text


@pytest.mark.browser
def test_axe_finds_nothing(browser: Browser, file: Path) -> None:
    assert axe_finds(browser, file) == []


@pytest.mark.browser
def test_axe_finds_nothing_after_an_answer(browser: Browser, picture: Picture, tmp_path: Path) -> None:
    click = "document.querySelector('#options input').click();document.getElementById('answer').click();document.getElementById('answers').open=true;"
    answered = tmp_path / "answered.html"
    ready = 'document.documentElement.dataset.ready = "true";'
    answered.write_text(picture.html().replace(ready, click + ready), encoding="utf-8")
    assert axe_finds(browser, answered) == []


@pytest.mark.browser
def test_a_hostile_label_stays_text(
    browser: Browser, graph: kg.Graph, spread: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loud = spread.assign(cancer=spread["cancer"] + HOSTILE, site=HOSTILE + spread["site"])
    monkeypatch.setattr(graph, "spread", lambda: loud)
    picture = graph.view("quiz", cancer="colorectal cancer")
    assert HOSTILE in picture.data["questions"][0]["text"]
    for page in opened(browser, picture.save(tmp_path / "hostile.html")):
        for _ in picture.data["questions"]:
            assert HOSTILE in page.locator("#question").inner_text()
            answer(page, picture, right=True)
            page.locator("#next").dispatch_event("click") if page.locator("#next").is_visible() else None
        page.get_by_text("All answers").click()
        assert page.evaluate("window.hit") is None
        assert page.locator("main img, main script, main svg svg").count() == 0
        assert page.locator("#command").inner_text().startswith('kg view forest --cancer "MONDO:')
