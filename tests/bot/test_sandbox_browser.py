"""The page in a real browser: Debian's chromium, driven by selenium."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from bot.sandbox.app import TranscriptLine, build_sandbox, running
from bot.sandbox.phones import Card, Phone, Tip, Wrote
from bot.sandbox.samples import photo, sample
from bot.sandbox.world import World
from handlers.events import Channel
from handlers.outbound import Option

CHROMIUM, CHROMEDRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
_MISSING = [str(path) for path in (CHROMIUM, CHROMEDRIVER) if not path.exists()]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(_MISSING), reason=f"the page was not tested in a browser: no {' and no '.join(_MISSING)}"),
]

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1366,768",
)
# Roles that a person can act on; each must have a name. Values of the accessibility tree of CDP.
_ACTED_ON = {"button", "textbox", "link", "log", "region", "navigation", "group", "heading"}
MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.time = MONDAY

    def now(self) -> datetime:
        """The time."""
        return self.time

    async def move_on(self, delta: timedelta) -> None:
        """Forward."""
        self.time += delta

    async def move_to(self, when: datetime) -> None:
        """Forward to a moment."""
        self.time = when


class Page:
    """The page, as a visitor uses it. Its methods wait by themselves and block: call them in a thread."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, base: str) -> None:
        """Open the page and wait for its phones."""
        self.driver.get(base)
        self.until(lambda: self.all(".phone textarea"))

    def all(self, css: str) -> list[WebElement]:
        """Every element that fits."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def texts(self, css: str) -> list[str]:
        """The words of every element that fits, also of those out of sight."""
        found: list[str] = self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map((one) => one.textContent)", css
        )
        return found

    def sizes_of_pictures(self) -> list[tuple[int, int]]:
        """The own sizes of the pictures in the bubbles, (0, 0) for one that isn't loaded."""
        script = "return [...document.querySelectorAll('.seen')].map((one) => [one.naturalWidth, one.naturalHeight])"
        return [(width, height) for width, height in self.driver.execute_script(script)]

    def until(self, fact: Callable[[], object]) -> None:
        """Wait until something is so."""
        WebDriverWait(self.driver, 10, poll_frequency=0.05).until(lambda _driver: fact())

    def keys(self, *keys: str) -> None:
        """Press keys where the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self) -> str:
        """The accessible name of what has the focus."""
        return str(self.driver.switch_to.active_element.accessible_name)

    def tab_to(self, name: str) -> None:
        """Press Tab until something with this name has the focus."""
        for _ in range(60):
            if self.focused() == name:
                return
            self.keys(Keys.TAB)
        raise AssertionError("Tab never led to " + name)

    def named_nodes(self) -> list[tuple[str, str]]:
        """Role and name of everything in the accessibility tree that can be acted on."""
        nodes: list[dict[str, Any]] = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and node["role"]["value"] in _ACTED_ON
        ]

    def complaints(self) -> list[str]:
        """What the browser wrote to its console, errors and breaches of the content policy included."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call] # selenium


@pytest.fixture
def clock() -> Clock:
    """A clock that only moves when told."""
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """A mentee, a mentor, a mentee on SMS, a card and a tip."""
    return World(
        [
            Phone(id="sam", owner="Sam (mentee)", channel=Channel.TELEGRAM, address="700000001"),
            Phone(id="maya", owner="Maya (mentor)", channel=Channel.TELEGRAM, address="700000002"),
            Phone(id="kim", owner="Kim (mentee)", channel=Channel.SMS, address="+447700900101"),
        ],
        cards=[Card("Jay (mentee)", "In custody: letters and visits only")],
        tips=[Tip("kim", "Kim says hello", "Hi Maya")],
        now=clock.now,
    )


@pytest.fixture
def lines() -> list[TranscriptLine]:
    """The transcript; tests add to it."""
    return []


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A browser with a profile of its own."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    try:
        yield Page(driver)
    finally:
        driver.quit()


@pytest.fixture
async def opened(world: World, clock: Clock, lines: list[TranscriptLine], page: Page) -> AsyncIterator[Page]:
    """The page, opened; at the end the browser must have had nothing to complain of."""

    async def transcript() -> list[TranscriptLine]:
        return lines

    async with running(build_sandbox(world, transcript=transcript, clock=clock)) as base:
        await asyncio.to_thread(page.open, base)
        yield page
        assert await asyncio.to_thread(page.complaints) == []
        await asyncio.to_thread(page.driver.get, "about:blank")


async def test_typing_with_the_keyboard_only(world: World, opened: Page) -> None:
    """Tab leads to a phone's line; Enter sends; the words show on the phone and happen in the world."""

    def visit() -> None:
        opened.tab_to("Message from Sam")
        opened.keys("Hello <b>Maya</b> & co", Keys.ENTER)
        opened.until(lambda: opened.texts(".message.mine .words") == ["Hello <b>Maya</b> & co"])
        assert opened.focused() == "Message from Sam"
        assert opened.driver.switch_to.active_element.get_property("value") == ""
        opened.keys("two", Keys.SHIFT + Keys.ENTER + Keys.NULL, "lines", Keys.ENTER)
        opened.until(lambda: len(opened.texts(".message.mine .words")) == 2)

    await asyncio.to_thread(visit)
    wrote = [h.message.text for h in world.happenings if isinstance(h, Wrote)]
    assert wrote == ["Hello <b>Maya</b> & co", "two\nlines"]


async def test_messages_arrive_without_reloading(world: World, opened: Page) -> None:
    """What the service sends, edits and deletes shows by itself, as text and never as markup."""
    nasty = "<img src=x onerror=alert(1)> \u202eabc"
    message = world.deliver(world.phone("maya"), nasty)
    other = world.deliver(world.phone("kim"), "Hello Kim")
    await asyncio.to_thread(opened.until, lambda: opened.texts(".message.theirs .words") == [nasty, "Hello Kim"])
    message.text, message.edited, other.deleted, message.reaction = "Changed", True, True, "👍"
    world.changes.bump()
    await asyncio.to_thread(opened.until, lambda: opened.texts(".message.theirs .words") == ["Changed"])
    assert await asyncio.to_thread(opened.texts, ".reaction") == ["👍"]


async def test_pressing_a_button_by_keyboard(world: World, opened: Page) -> None:
    """A button is reached and pressed by keyboard, is marked, and the focus goes on when it is taken away."""
    message = world.deliver(world.phone("sam"), "Ready?", buttons=((Option("Yes", "y"), Option("No", "n")),))

    def press() -> None:
        opened.until(lambda: opened.all(".options button"))
        opened.tab_to("No")
        opened.keys(Keys.ENTER)
        opened.until(lambda: opened.texts(".options .pressed") == ["No"])
        assert "No" in opened.focused()

    await asyncio.to_thread(press)
    assert message.pressed == ("No",)
    message.buttons = ()
    world.changes.bump()
    await asyncio.to_thread(opened.until, lambda: opened.texts(".chose") == ["You chose: No"])
    assert await asyncio.to_thread(opened.focused) == "Message from Sam"


async def test_replying_by_keyboard(world: World, opened: Page) -> None:
    """Each received Telegram message has a Reply button; the answer carries the message; Escape gives up."""
    asked = world.deliver(world.phone("sam"), "How was it?")
    world.deliver(world.phone("kim"), "An SMS can't be replied to")

    def reply() -> None:
        opened.until(lambda: opened.all(".reply:not([hidden])"))
        assert len(opened.all(".reply:not([hidden])")) == 1
        opened.tab_to("Reply to: How was it?")
        opened.keys(Keys.ENTER)
        assert opened.focused() == "Message from Sam"
        opened.keys(Keys.ESCAPE)
        assert opened.all(".replying:not([hidden])") == []
        # Back over the button for a picture.
        opened.keys(Keys.SHIFT + Keys.TAB * 2 + Keys.NULL)
        opened.keys(Keys.ENTER)
        opened.keys("Good", Keys.ENTER)
        opened.until(lambda: opened.texts(".message.mine .quote") == ["How was it?"])

    await asyncio.to_thread(reply)
    wrote = world.happenings[-1]
    assert isinstance(wrote, Wrote)
    assert wrote.message.reply_to == asked.id


async def test_sending_a_picture_by_keyboard(world: World, opened: Page) -> None:
    """Each phone has a button that sends a picture; what was typed stays; the bubble shows the picture itself."""

    def send() -> None:
        opened.tab_to("Send a picture from Kim's phone")
        opened.tab_to("Message from Kim")
        opened.keys("my room", Keys.SHIFT + Keys.TAB + Keys.NULL, Keys.ENTER)
        opened.until(lambda: opened.sizes_of_pictures() == [(160, 120)])
        assert opened.focused() == "Send a picture from Kim's phone"
        assert opened.all(".sms textarea")[0].get_property("value") == "my room"
        assert opened.all(".sms .mine .seen")[0].accessible_name == "Photo"

    await asyncio.to_thread(send)
    (wrote,) = world.happenings
    assert isinstance(wrote, Wrote)
    assert (wrote.phone.id, wrote.message.attachments, wrote.message.data) == ("kim", ("photo",), photo())


async def test_pictures_are_shown_and_other_files_are_named(
    world: World, lines: list[TranscriptLine], opened: Page
) -> None:
    """Pictures of any kind are seen, in a size that is known before they load; other files have a sign and a name."""
    sam = world.phone("sam")
    asked = world.deliver(sam, "", attachments=("photo",), data=photo())
    world.deliver(sam, "", attachments=("sticker",), data=sample("sticker"))
    world.send_from_phone("sam", "listen", attachments=("voice",), reply_to=asked.id)
    world.deliver(sam, "", attachments=("photo",), data=b"no picture at all")
    world.deliver(sam, "", attachments=("dice",))
    lines.append(TranscriptLine(at=MONDAY, who="Sam", side="mentee", text="", attachments=("photo",), state="held"))
    world.changes.bump()

    def look() -> None:
        opened.until(lambda: opened.sizes_of_pictures() == [(160, 120), (128, 128)])
        assert opened.texts(".phone .sign") == ["Voice message", "Photo", "dice"]
        assert len(opened.all(".phone .sign svg path")) == 3
        assert opened.texts(".mine .quote") == ["Photo"]
        assert opened.texts(".entry .sign") == ["Photo"]
        assert ("button", "Reply to: Photo") in opened.named_nodes()
        screen = opened.all(".screen")[0]
        below = "return arguments[0].scrollHeight - arguments[0].scrollTop - arguments[0].clientHeight"
        assert opened.driver.execute_script(below, screen) < 2

    await asyncio.to_thread(look)


async def test_suggestion_of_a_picture(world: World, page: Page, clock: Clock) -> None:
    """A suggestion of a picture sends it at once, as there are no words to read over, and leads to the phone."""
    world.tips = [Tip("maya", "Send a picture", picture=True)]

    async def transcript() -> list[TranscriptLine]:
        return []

    def suggest() -> None:
        page.open(base)
        page.all("#tips button")[0].click()
        page.until(lambda: page.sizes_of_pictures() == [(160, 120)])
        assert page.focused() == "Message from Maya"

    async with running(build_sandbox(world, transcript=transcript, clock=clock)) as base:
        await asyncio.to_thread(suggest)
        await asyncio.to_thread(page.driver.get, "about:blank")
    assert [message.attachments for message in world.phone("maya").shown()] == [("photo",)]


async def test_suggestion_clock_and_transcript(
    world: World, clock: Clock, lines: list[TranscriptLine], opened: Page
) -> None:
    """A suggestion fills a phone's line; the clock moves on; the transcript marks what was taken out."""

    def suggest() -> None:
        opened.all("#tips button")[0].click()
        assert opened.focused() == "Message from Kim"
        opened.keys(Keys.ENTER)
        opened.until(lambda: opened.texts(".sms .message.mine .words") == ["Hi Maya"])
        assert opened.texts("#now") == ["Monday 16 November, 10:00"]
        opened.all(".steps button")[0].click()
        opened.until(lambda: opened.texts("#now") == ["Monday 16 November, 11:00"])
        opened.all(".steps button")[2].click()
        opened.until(lambda: opened.texts("#now") == ["Monday 23 November, 09:00"])

    await asyncio.to_thread(suggest)
    lines.append(
        TranscriptLine(
            at=clock.now(),
            who="Sam",
            side="mentee",
            text="text me on [number taken out] please",
            original="text me on 07700 900123 please",
            state="changed",
            findings=("phone number",),
        )
    )
    world.changes.bump()

    def read() -> None:
        opened.until(lambda: opened.texts(".entry .findings li") == ["phone number"])
        assert opened.texts(".entry del") == ["taken out: 07700 900123"]
        assert opened.texts(".entry ins") == ["delivered instead: [number taken out]"]
        assert opened.texts(".entry .state") == ["changed"]

    await asyncio.to_thread(read)


async def test_everything_has_a_name(world: World, lines: list[TranscriptLine], opened: Page) -> None:
    """Screen readers find landmarks, one main heading, logs and named controls, and no control without a name."""
    world.deliver(world.phone("sam"), "Ready?", buttons=((Option("Yes", "y"),),))
    lines.append(TranscriptLine(at=MONDAY, who="Sam", side="mentee", text="Hi", state="held"))
    await asyncio.to_thread(opened.until, lambda: opened.all(".options button") and opened.all(".entry"))
    nodes = await asyncio.to_thread(opened.named_nodes)
    assert [node for node in nodes if not node[1].strip()] == []
    for expected in (
        ("heading", "Practice phones"),
        ("region", "Sam, mentee"),
        ("region", "Transcript"),
        ("log", "Messages on Sam's phone"),
        ("log", "Transcript"),
        ("textbox", "Message from Kim"),
        ("button", "Send from Maya's phone"),
        ("button", "Send a picture from Maya's phone"),
        ("button", "Reply to: Ready?"),
        ("button", "Yes"),
        ("button", "Next Monday"),
        ("link", "Skip to the phones"),
    ):
        assert expected in nodes
    live = await asyncio.to_thread(opened.all, '.phone [role="log"][aria-live="polite"]')
    assert len(live) == 3


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
async def test_no_sideways_scrolling_of_the_page(world: World, opened: Page, width: int, height: int) -> None:
    """At each size only the row of phones scrolls sideways, and on wide screens the page fits its window."""
    for number in range(30):
        world.deliver(world.phone("sam"), f"Message {number} " + "x" * 80)

    def measure() -> tuple[int, int, int, int]:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        opened.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        opened.until(lambda: len(opened.texts(".message")) == 30)
        page = "const page = document.documentElement, screen = document.querySelector('.screen');"
        sizes = "page.scrollWidth, page.scrollHeight, screen.scrollWidth - screen.clientWidth"
        left = "screen.scrollHeight - screen.scrollTop - screen.clientHeight"
        found: list[int] = opened.driver.execute_script(f"{page} return [{sizes}, {left}]")
        return found[0], found[1], found[2], found[3]

    page_width, page_height, sideways, below = await asyncio.to_thread(measure)
    assert page_width <= width
    assert page_height == height or width < 900
    assert sideways == 0
    assert below < 80


async def test_a_stopped_sandbox_is_told(world: World, clock: Clock, page: Page) -> None:
    """When the sandbox goes away the page says so in plain words."""

    async def transcript() -> list[TranscriptLine]:
        return []

    async with running(build_sandbox(world, transcript=transcript, clock=clock)) as base:
        await asyncio.to_thread(page.open, base)
    await asyncio.to_thread(page.until, lambda: "doesn't answer" in page.texts("#trouble")[0])
    # Failed requests are what this test is about.
    assert all("ERR_" in complaint for complaint in await asyncio.to_thread(page.complaints))
