"""Reading content: what a service's own folder can change, and how mistakes are told."""

import os
from collections.abc import Iterator
from datetime import date
from errno import EACCES
from pathlib import Path

import pytest

import content
from content.contact_details import find_contact_details, redact
from content.hours import ALWAYS, parse_hours
from content.ladder import Ladder
from content.library import SHIPPED, ContentError, load_content, open_content
from content.safeguarding import find_safeguarding
from content.sources import FILES, FOLDERS
from tests.shipped import ship_less, shipped_content


@pytest.fixture(autouse=True, scope="module")
def _less(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        ship_less(tmp_path_factory.mktemp("less") / "content", patch)
        yield


def put(folder: Path, name: str, text: str) -> Path:
    """Write a file of a service's own folder."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def mistakes(folder: Path) -> list[str]:
    """Load a folder that can't be used, and give what is said, with paths from the folder on."""
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    assert len(caught.value.problems) == len(str(caught.value).splitlines())
    return [line.removeprefix(f"{folder}/") for line in str(caught.value).splitlines()]


RULE = """
[[rule]]
id = "slang"
category = "missing"
severity = "high"
phrases = ["gone ghost"]
finds = ["hes gone ghost"]
passes = ["ghost story"]
"""


def test_the_shipped_content_loads() -> None:
    """Nothing has to be added to what is shipped."""
    content = shipped_content()
    assert content.programmes["mentoring"].time_zone == "Europe/London"
    assert content.programmes["mentoring"].ladder == Ladder()
    assert content.programmes["mentoring"].invitation_days == 7


def test_an_empty_folder_changes_nothing(tmp_path: Path) -> None:
    """An own folder may be empty."""
    assert load_content(tmp_path).programmes == load_content().programmes


def test_own_texts_replace_shipped_ones(tmp_path: Path) -> None:
    """A text of the own folder is said, the others remain."""
    put(tmp_path, "texts/en-GB.ftl", "consent-question = Shall we?\n")
    texts = load_content(tmp_path).texts
    assert texts.say("consent-question", "en-GB") == "Shall we?"
    assert texts.say("option-yes", "en-GB") == "Yes"


def test_own_texts_may_have_choices(tmp_path: Path) -> None:
    """A text may be worded by a number, which is written without separators, and by a string."""
    put(
        tmp_path,
        "texts/en-GB.ftl",
        'alert-repeat = { $case ->\n    [one] Alert one{ "." }\n   *[other] Alert { $case }.\n }\n'
        "notice-joined = { $name ->\n    [Sam] Sam is here.\n   *[other] { $name } has joined.\n }\n",
    )
    texts = load_content(tmp_path).texts
    assert texts.say("alert-repeat", "en-GB", case=1) == "Alert one."
    assert texts.say("alert-repeat", "en-GB", case=12345) == "Alert 12345."
    assert texts.say("notice-joined", "en-GB", name="Sam") == "Sam is here."
    assert texts.say("notice-joined", "en-GB", name="Jo") == "Jo has joined."
    with pytest.raises(KeyError, match="alert-repeat"):
        texts.say("alert-repeat", "en-GB")
    with pytest.raises(KeyError, match="notice-joined"):
        texts.say("notice-joined", "en-GB", name="x" * 3000)


def test_an_own_programme_and_a_changed_one(tmp_path: Path) -> None:
    """A file with another name is another programme; a key of a shipped one can be changed alone."""
    put(tmp_path, "programmes/mentoring.toml", 'name = "Our Bridge"\n')
    shipped = (SHIPPED / "programmes" / "mentoring.toml").read_text(encoding="utf-8")
    put(tmp_path, "programmes/north.toml", shipped.replace('"mentoring"', '"north"'))
    programmes = load_content(tmp_path).programmes
    assert programmes["mentoring"].name == "Our Bridge"
    assert programmes["mentoring"].consent_version == programmes["north"].consent_version


def test_hours_and_holidays_of_a_programme(tmp_path: Path) -> None:
    """Days may be dates or words; holidays close the hours of programme and match, unless the programme says no."""
    lines = 'contact_hours = "8-21"\nholidays = [2026-12-25, "2026-12-26"]\n[boundaries]\nlate_messages = 9\n'
    put(tmp_path, "programmes/mentoring.toml", lines)
    programme = load_content(tmp_path).programmes["mentoring"]
    closed = {date(2026, 12, 25), date(2026, 12, 26)}
    assert programme.hours() == parse_hours("8-21").closed_on(frozenset(closed))
    assert programme.hours("mon 9-10").closed == closed
    assert programme.model_copy(update={"open_on_holidays": True}).hours("mon 9-10") == parse_hours("mon 9-10")
    assert (programme.boundaries.late_messages, programme.boundaries.late) == (9, "22:00-07:00")
    assert load_content().programmes["mentoring"].hours() == ALWAYS


def test_a_programme_can_be_switched_off_but_not_all(tmp_path: Path) -> None:
    """Without any programme the service has nothing to do."""
    put(tmp_path, "programmes/mentoring.toml", "off = true\n")
    assert mistakes(tmp_path) == ["programmes:1: At least one programme must be left on."]


BOMB = "how to make a pipe bomb"


def test_own_rules_add_change_and_switch_off(tmp_path: Path) -> None:
    """Local slang is added, a shipped rule's severity changed, another switched off."""
    put(
        tmp_path,
        "lexicons/local.toml",
        RULE
        + '[[rule]]\nid = "hounded-by-peers"\nseverity = "immediate"\n'
        + '[[rule]]\nid = "violence-for-a-belief"\noff = true\n',
    )
    lexicon = load_content(tmp_path).lexicon
    assert [one.category for one in find_safeguarding("hes gone ghost", lexicon)] == ["missing"]
    assert [one.severity for one in find_safeguarding("im getting bullied", lexicon)] == ["immediate"]
    # Another rule finds it too.
    assert [one.rule for one in find_safeguarding(BOMB, shipped_content().lexicon)] == ["violence-for-a-belief"]
    others = {one.rule for one in find_safeguarding(BOMB, lexicon)}
    assert others
    assert "violence-for-a-belief" not in others


def test_own_contact_details(tmp_path: Path) -> None:
    """A helpline and a domain are added, a domain and a host taken away, a mark is worded anew."""
    put(
        tmp_path,
        "contact_details.toml",
        '[helplines]\n"01632 960123" = "Our office"\n[domains]\n"bridge.org.uk" = true\n"parliament.uk" = false\n'
        '[marks]\nphone = "[phone gone]"\n',
    )
    rules = load_content(tmp_path).contact_rules
    assert find_contact_details("ring 01632 960 123 or +44 1632 960123, see bridge.org.uk", rules) == ()
    assert [one.kind for one in find_contact_details("parliament.uk", rules)] == ["url"]
    text = "07700 900123"
    assert redact(text, find_contact_details(text, rules), rules) == "[phone gone]"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "programmes/mentoring.toml",
            '[media]\nphoto = "maybe"\n',
            "1: media.photo: must be 'allow', 'hold' or 'refuse'.",
        ),
        ("programmes/mentoring.toml", '[media]\npicture = "hold"\n', '1: Unknown key "media.picture".'),
        ("texts/en-GB.ftl", "consent-question Do you?\n", '1: This isn\'t Fluent: Expected token: "=".'),
        ("texts/en-GB.ftl", "\nno-such-key = Hello\n", "2: no-such-key: there is no text of this name to change."),
        ("texts/en-GB.ftl", "option-yes = Yes { $nme }\n", "1: option-yes: this text has no { $nme }."),
        ("texts/en-GB.ftl", "option-yes = Yes\noption-yes = Yeah\n", '2: The text "option-yes" stands here twice.'),
        ("texts/en-GB.ftl", "-brand = X\n", "1: Terms (-name = …) aren't used here; write the words out."),
        (
            "texts/en-GB.ftl",
            "option-yes = { option-no }\n",
            "1: option-yes: texts don't refer to each other or to functions.",
        ),
        (
            "texts/en-GB.ftl",
            "option-yes =\n    .title = Yes\n",
            "1: option-yes: a text is words after the equals sign, without attributes.",
        ),
        (
            "texts/en-GB.ftl",
            "relay-mentor = { $name ->\n    [x] y\n   *[other] { $words }\n }\n",
            "1: relay-mentor: { $words } may be long, so this text can't have choices.",
        ),
        ("programmes/mentoring.toml", "# x\nname = \n", "2: This isn't TOML: a text stands in quotation marks"),
        ("programmes/mentoring.toml", 'name = "a"\nname = "b', "2: This isn't TOML: a quotation mark isn't closed."),
        ("programmes/mentoring.toml", 'name = "a"\nname = "b"\n', "2: This isn't TOML: this key stands here twice."),
        ("programmes/mentoring.toml", 'name = "a\\q"\n', "1: This isn't TOML: a backslash within a text is written"),
        ("programmes/mentoring.toml", 'name = "A"\ncolour = "red"\n', '2: Unknown key "colour".'),
        (
            "programmes/mentoring.toml",
            'time_zone = "Mars/North"\n',
            '1: time_zone: there is no time zone "Mars/North".',
        ),
        ("programmes/mentoring.toml", 'id = "other"\n', '1: id: it must be the name of the file, "mentoring".'),
        ("programmes/mentoring.toml", "\ninvitation_days = 0\n", "2: invitation_days: must be greater than"),
        (
            "programmes/mentoring.toml",
            'emergency_text_language_default = "xx"\n',
            "1: emergency_text_language_default: there are no texts in this language.",
        ),
        (
            "programmes/mentoring.toml",
            '\ncontact_hours = "weekdays 8-9"\n',
            '2: contact_hours: "weekdays" isn\'t a day',
        ),
        ("programmes/mentoring.toml", 'holidays = ["2026-12-25", "Boxing Day"]\n', "1: holidays: write each day like"),
        ("programmes/mentoring.toml", 'holidays = "2026-12-25"\n', "1: holidays: write days in brackets"),
        ("programmes/mentoring.toml", '\n[boundaries]\nlate = "night"\n', '2: boundaries.late: "night" isn\'t a time'),
        ("programmes/mentoring.toml", "[boundaries]\nearly = 5\n", '1: Unknown key "boundaries.early".'),
        ("programmes/mentoring.toml", "[boundaries]\nmuch_times = 1\n", "1: boundaries.much_times: must be"),
        ("programmes/new.toml", 'id = "new"\n', '1: The keys "name", "time_zone", "coordinator_contact"'),
        ("lexicons/x.toml", RULE.replace('"missing"', '"lost"'), "4: category: must be 'suicide', 'self_harm'"),
        ("lexicons/x.toml", RULE.replace('"gone ghost"', '"gone (ghost"'), '6: phrases: "gone (ghost" has a bracket'),
        ("lexicons/x.toml", RULE.replace('["ghost story"]', "[]"), "8: passes: "),
        ("lexicons/x.toml", RULE.replace('finds = ["hes gone ghost"]', ""), '2: The key "finds" is missing.'),
        ("lexicons/x.toml", RULE.replace("finds", "findz"), '7: Unknown key "findz": did you mean "finds"?'),
        (
            "lexicons/x.toml",
            RULE.replace('"gone ghost"', '"gone @ghosts"'),
            '6: phrases: "gone @ghosts" names the list "@ghosts"',
        ),
        ("lexicons/x.toml", RULE + 'frames = ["golf"]\n', '9: frames: There is no list "golf"'),
        ("words.toml", "[listes]\n", '1: Unknown key "listes".'),
        ("words.toml", "[forms]\nx = 3\n", "2: x: must be text in quotation marks."),
        ("words.toml", "[negation]\nreach = 'far'\n", "2: reach: must be a whole number, without quotation marks."),
        ("lexicons/x.toml", RULE + RULE, '11: The rule "slang" stands here twice.'),
        ("lexicons/x.toml", "[rules]\n", '1: Unknown key "rules": each entry begins with [[rule]].'),
        ("lexicons/x.toml", 'rule = "x"\n', "1: Write each entry under its own [[rule]]."),
        ("contact_details.toml", "[mark]\n", '1: Unknown table "mark": did you mean "marks"?'),
        ("contact_details.toml", "marks = 1\n", "1: [marks] must be a table."),
        (
            "contact_details.toml",
            '[marks]\nphone = "no brackets"\n',
            '2: phone: must be letters in square brackets, like "[number removed]".',
        ),
        ("contact_details.toml", '[helplines]\n"9x9" = "x"\n', "2: 9x9: must be figures and spaces only"),
        ("contact_details.toml", '[domains]\n"gov.uk" = "yes"\n', "2: gov.uk: must be true."),
        ("contact_details.toml", "[endings]\nalways = false\n", '2: The key "always" is missing.'),
        ("engines.toml", "messages = 12\n", '1: Unknown table "messages": keys stand under one of [accumulation], ['),
        ("lexicons/x.toml", RULE.replace('["gone ghost"]', '"kms"'), "6: phrases: must be a list in brackets, like"),
        ("lexicons/x.toml", RULE.replace('["gone ghost"]', "7"), "6: phrases: must be a list in brackets, like"),
        ("lexicons/x.toml", RULE.replace('"gone ghost"', "7"), "6: phrases: must be text in quotation marks."),
        ("lexicons/x.toml", RULE.replace('"slang"', '"My slang"'), "3: id: must be small letters, digits and hyphens"),
        ("lexicons/x.toml", RULE + 'side = "both"\n', '9: side: must be "mentee", "mentor", or a severity'),
        ("lexicons/x.toml", RULE + 'side = { mentee = "of" }\n', '9: side: must be "mentee", "mentor", or a severity'),
        ("lexicons/x.toml", RULE + "side = [3]\n", '9: side: must be "mentee", "mentor", or a severity'),
        ("lexicons/x.toml", RULE + 'why = """a\nb"""\n', "9: why: must be one line."),
        ("lexicons/x.toml", RULE + 'off = "perhaps"\n', "9: off: must be true or false, in small letters and without"),
        ("lexicons/x.toml", RULE + 'unless = "a\n', "9: This isn't TOML: a quotation mark isn't closed on this line."),
        ("lexicons/x.toml", RULE + 'unless = ["a"\n', "10: This isn't TOML: a bracket before this isn't closed"),
        ("lexicons/x.toml", RULE + "unless\n", "9: This isn't TOML: a line is a key, "),
        ("lexicons/x.toml", RULE + 'why = "a" b\n', "9: This isn't TOML: something stands behind the value"),
        ("lexicons/x.toml", "[a]\n[a]\n", "2: This isn't TOML: this table stands here twice; rules begin with"),
        (
            "lexicons/x.toml",
            '[[rule]]\nid = "hounded-by-peer"\noff = true\n',
            '2: There is no shipped rule "hounded-by-peer" to change (did you mean "hounded-by-peers"?), and a new one',
        ),
        ("details/x.toml", '[[rule]]\nid = "zork"\n', '2: There is no shipped rule "zork" to change, and a new one'),
        ("details/x.toml", '[[rule]]\nid = "phone-mobile"\nwhy = ""\n', "3: why: must have at least 8 characters."),
        ("contact_details.toml", '[platforms]\nzork = "zork"\n', "2: zork: must be a list in brackets, like"),
        ("contact_details.toml", '[endings]\ntalk = "crash"\n', "2: talk: must be a list in brackets, like"),
        ("contact_details.toml", '[domains]\n"A.org" = true\n', "2: A.org: must be a name in small letters without"),
        ("programmes/x.toml", '\nid = "X"\n', "2: id: must be small letters, digits and hyphens, like"),
        ("programmes/mentoring.toml", 'digest_at = "9"\n', '1: digest_at: must be a time of day, like "09:00".'),
        ("classifier.toml", '[bounds]\ntold = "much"\n', "2: told: must be a number, without quotation marks."),
        (
            "contact_details.toml",
            '[marks]\nphone = "[snap is jaydog]"\n',
            "1: marks: the mark of phone looks like a contact detail itself.",
        ),
    ],
)
def test_mistakes_are_told_with_file_and_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    """What is wrong in a file stops the start and names the place."""
    put(tmp_path, name, text)
    assert any(line.startswith(f"{name}:{said}") for line in mistakes(tmp_path)), mistakes(tmp_path)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        (
            '[lists]\nfriend = ["mate", "@friend"]\n',
            ['words.toml:2: friend: "@friend" names the list "@friend", which leads back to itself.'],
        ),
        (
            '[lists]\none = ["@two"]\n\ntwo = ["a", "@three"]\nthree = ["(b|@one)"]\n',
            [
                'words.toml:2: one: "@two" names the list "@two", which leads back to itself.',
                'words.toml:4: two: "@three" names the list "@three", which leads back to itself.',
                'words.toml:5: three: "(b|@one)" names the list "@one", which leads back to itself.',
            ],
        ),
        # Where a list that others name has a mistake only the list is told.
        (
            '[lists]\none = ["@friend"]\nfriend = ["a (b"]\n',
            ['words.toml:3: friend: "a (b" has a bracket that isn\'t closed.'],
        ),
        ('[lists]\none = ["@two", "@two"]\ntwo = ["a"]\n', []),
        (
            '[lists]\none = ["@nobody"]\n',
            ['words.toml:2: one: "@nobody" names the list "@nobody", which isn\'t there.'],
        ),
        ('[frames]\ngolf = ["a (b"]\n', ['words.toml:2: golf: "a (b" has a bracket that isn\'t closed.']),
        ("[negation]\nanywhere = ['...']\n", ['words.toml:2: anywhere: "..." has no words.']),
    ],
)
def test_lists_that_cant_be_read(tmp_path: Path, lists: str, said: list[str]) -> None:
    """A list that names itself, also by way of others, is told where it stands; to name one twice is no ring."""
    put(tmp_path, "words.toml", lists)
    if said:
        assert mistakes(tmp_path) == said
    else:
        load_content(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "contact_details.toml",
            '[platforms]\nsnap = ["snap", "@platform"]\n',
            '2: snap: "@platform" can\'t name a list',
        ),
        ("contact_details.toml", '[streets]\nprisons = ["@prison"]\n', '2: prisons: "@prison" can\'t name a list'),
        ("contact_details.toml", '[games]\nxbox = ["x (box"]\n', '2: xbox: "x (box" has a bracket'),
        ("contact_details.toml", '[moves]\ntold = ["told @nobody"]\n', '2: told: "told @nobody" names the list'),
        (
            "details/x.toml",
            '[[rule]]\nid = "x"\nphrases = ["on @rule"]\n',
            '3: phrases: "on @rule" names the list "@rule", which isn\'t there',
        ),
    ],
)
def test_lists_of_the_filter(tmp_path: Path, name: str, text: str, said: str) -> None:
    """A list that phrases may name can't name one, itself among them; a phrase that can't be read has its line."""
    put(tmp_path, name, text)
    assert any(line.startswith(f"{name}:{said}") for line in mistakes(tmp_path)), mistakes(tmp_path)


_UNREAD = "Nothing reads this file: "
_ALL_READ = _UNREAD + "what is read is classifier.toml, contact_details.toml, engines.toml, texting.toml, "


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lexicon.toml", _ALL_READ),
        ("Words.toml", _ALL_READ),
        ("frequency.toml", _ALL_READ),
        ("lexicon/local.toml", _ALL_READ),
        ("text/en-GB.ftl", _ALL_READ),
        ("lexicons/more/local.toml", _UNREAD + "it must stand in lexicons/ itself."),
        ("lexicons/words.toml.txt", _UNREAD + 'its name must end in ".toml".'),
        ("lexicons/local.TOML", _UNREAD + 'its name must end in ".toml".'),
        ("texts/en-GB.toml", _UNREAD + 'its name must end in ".ftl".'),
        ("lexicons", "This must be a folder."),
        ("README.md", None),
        (".git/lexicon.toml", None),
        ("lexicons/.local.toml.swp", None),
        ("lexicons/local.toml~", None),
    ],
)
def test_a_file_that_nobody_reads(tmp_path: Path, name: str, said: str | None) -> None:
    """A file of another name, place or ending would change nothing, unseen; notes and hidden files may stand there."""
    put(tmp_path, name, RULE)
    if said is None:
        load_content(tmp_path)
    else:
        (line,) = mistakes(tmp_path)
        assert line.startswith(f"{name}:1: {said}")


def test_every_shipped_file_may_be_laid_over() -> None:
    """What is shipped as data is what a service's own folder may hold, but for the frequencies of words."""
    folder = Path(content.__path__[0])
    shipped = {file.relative_to(folder) for ending in ("toml", "ftl") for file in folder.rglob(f"*.{ending}")}
    alone = {str(file) for file in shipped if len(file.parts) == 1}
    assert alone == {*FILES, "frequency.toml"}
    assert {(file.parts[0], file.suffix) for file in shipped if len(file.parts) > 1} == set(FOLDERS.items())


@pytest.mark.parametrize("which", [".", "lexicons"])
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_folder_that_cant_be_opened(tmp_path: Path, which: str, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the service's account may not look into isn't taken for an empty one."""
    put(tmp_path, "lexicons/local.toml", RULE)
    closed = tmp_path / which
    may = os.access
    # Who runs the tests may be allowed everything.
    monkeypatch.setattr(os, "access", lambda path, right: Path(path) != closed and may(path, right))
    if not mode:
        scan = os.scandir

        def refusing(path: str) -> object:
            if Path(path) == closed:
                raise PermissionError(EACCES, os.strerror(EACCES), path)
            return scan(path)

        monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(ContentError) as caught:
        load_content(tmp_path)
    assert str(caught.value) == f"{closed}:1: The folder can't be opened (Permission denied)."


def test_a_mark_of_the_encoding(tmp_path: Path) -> None:
    """What some editors put in front of a text is no mistake."""
    put(tmp_path, "lexicons/x.toml", "\ufeff" + RULE)
    put(tmp_path, "texts/en-GB.ftl", "\ufeffconsent-question = Shall we?\n")
    loaded = load_content(tmp_path)
    assert find_safeguarding("hes gone ghost", loaded.lexicon)
    assert loaded.texts.say("consent-question", "en-GB") == "Shall we?"


def test_a_rule_without_a_reason_has_that_of_its_category(tmp_path: Path) -> None:
    """A finding is never without a why."""
    ours = RULE.replace("slang", "ours").replace("gone ghost", "gone yonder") + 'why = "Ours."\n'
    put(tmp_path, "lexicons/x.toml", RULE + ours)
    found = {one.rule: one.why for one in find_safeguarding("gone ghost. gone yonder", load_content(tmp_path).lexicon)}
    assert found == {"slang": "Words about somebody who has run away, or whom nobody can find.", "ours": "Ours."}


@pytest.mark.parametrize("name", ["texts/en-GB.ftl", "lexicons/x.toml", "programmes/x.toml", "contact_details.toml"])
def test_files_that_arent_text(tmp_path: Path, name: str) -> None:
    """A file in another encoding, and a folder in a file's place, are told like other mistakes."""
    put(tmp_path, name, "").write_bytes(b"# ok\n\xff\xfe")
    assert mistakes(tmp_path)[0].startswith(f"{name}:2: The file isn't written in UTF-8 from here on: save it again")
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    assert mistakes(tmp_path)[0].startswith(f"{name}:1:")


def test_a_new_language_must_be_complete(tmp_path: Path) -> None:
    """A language that isn't easy-read has every text; each that is missing is named."""
    put(tmp_path, "texts/cy.ftl", "option-yes = Ydw\n")
    lines = mistakes(tmp_path)
    assert 'texts/cy.ftl:1: The text "option-no" is missing.' in lines
    assert 'texts/cy.ftl:1: The text "option-yes" is missing.' not in lines


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Whoever edits several files sees everything in one go."""
    put(tmp_path, "texts/en-GB.ftl", "nope = x\n")
    put(tmp_path, "lexicons/x.toml", "[rules]\n")
    put(tmp_path, "programmes/mentoring.toml", 'colour = "red"\nname = 5\n')
    put(tmp_path, "contact_details.toml", "[mark]\n")
    assert len(mistakes(tmp_path)) == 5


def test_rules_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    """What is only opened has its texts at once; rules are read once, and their faults told then."""
    content = open_content(put(tmp_path, "lexicons/local.toml", RULE).parent.parent)
    assert content.texts.languages() == shipped_content().texts.languages()
    assert content.lexicon is content.lexicon
    assert [one.category for one in find_safeguarding("hes gone ghost", content.lexicon)] == ["missing"]
    assert content.contact_rules.marks == shipped_content().contact_rules.marks
    put(tmp_path, "lexicons/local.toml", "[rules]\n")
    content = open_content(tmp_path)
    with pytest.raises(ContentError, match=r"local\.toml:1"):
        _ = content.lexicon


def test_texts_are_read_at_once(tmp_path: Path) -> None:
    """What every command needs is checked before it begins."""
    put(tmp_path, "texts/en-GB.ftl", "nope = x\n")
    with pytest.raises(ContentError, match=r"en-GB\.ftl:1"):
        open_content(tmp_path)


def test_all_rules_off(tmp_path: Path) -> None:
    """A scan without a rule isn't a scan."""
    ids = [one.rule.id for one in load_content().lexicon.rules]
    put(tmp_path, "lexicons/x.toml", "".join(f'[[rule]]\nid = "{name}"\noff = true\n' for name in ids))
    assert mistakes(tmp_path) == ["lexicons:1: At least one rule must be left on."]


def test_a_folder_that_isnt_there(tmp_path: Path) -> None:
    """A wrong path isn't taken for an empty folder."""
    assert mistakes(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}:1: There is no such folder."]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("", "has no words"),
        ("...", "has no words"),
        ("a (b", "a bracket that isn't closed"),
        ("a (b]", "a bracket that isn't closed"),
        ("a b)", "closes a bracket"),
        ("a | b", "has a choice outside brackets"),
        ("a (b|)", "has an empty choice"),
        ("... a", "begins or ends with a gap"),
        ("a ...", "begins or ends with a gap"),
        ("a ? b", "which is no word"),
    ],
)
def test_phrases_that_cant_be_read(tmp_path: Path, phrase: str, said: str) -> None:
    """A phrase with a mistake is quoted with what is wrong about it."""
    put(tmp_path, "lexicons/x.toml", RULE.replace('"gone ghost"', f'"{phrase}"'))
    (line,) = mistakes(tmp_path)
    assert line.startswith("lexicons/x.toml:6: phrases: ")
    assert said in line


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("he ... hit me", "he has never hit me", True),
        ("he ... hit me", "he hit me", True),
        ("he ... hit me", "he one two three four hit me", False),
        ("[just] want out", "i want out", True),
        ("(want|wanna get) out", "wanna get out", True),
        ("owe # quid", "owe 500 quid", True),
        ("owe # quid", "owe some quid", False),
        ("kill me", "KILL... me", True),
        ("kill me", "kiiillllll meee", True),
        ("kill me", "kilk me", False),
        ("raped", "rapped", False),
        ("off", "of", False),
        ("don't tell", "dont tell", True),
        ("dont tell", "don’t tell", True),
        ("og 5s", "og 5s", True),
        ("kms", "okms", False),
    ],
)
def test_what_phrases_mean(tmp_path: Path, phrase: str, text: str, *, found: bool) -> None:
    """Gaps, choices, optional words, numbers, stretched letters, apostrophes and whole words."""
    put(tmp_path, "lexicons/x.toml", RULE.replace('"gone ghost"', f'"{phrase}"'))
    findings = find_safeguarding(text, load_content(tmp_path).lexicon)
    assert ("slang" in {finding.rule for finding in findings}) is found
