"""What the safeguarding scan finds: its lexicon's own examples, how young people write, and what is none of it."""

import pytest

from content.examples import broken_of_scan
from content.lexicon import Lexicon, Rule, compile_lexicon
from content.safeguarding import CATEGORIES, Severity, find_safeguarding
from tests.shipped import shipped_content

LISTS = shipped_content().lexicon.lists
RULES = [compiled.rule for compiled in shipped_content().lexicon.rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_keeps_its_word(rule: Rule) -> None:
    """Each rule finds its examples and lets its near misses pass, as `telementor check` looks at them."""
    assert list(broken_of_scan(rule, LISTS)) == []


def test_every_category_has_a_rule() -> None:
    """Nothing that issue and alert name is without a rule."""
    assert {rule.category for rule in RULES} == set(CATEGORIES)


@pytest.mark.parametrize(
    ("text", "category", "severity"),
    [
        ("honestly i wanna kms", "suicide", "immediate"),
        ("gonna unalive myself", "suicide", "immediate"),
        ("I WANT TO DIE", "suicide", "immediate"),
        ("i just wanna diiiieee", "suicide", "immediate"),
        ("i want to k\u200bi\u200bl\u200bl myself", "suicide", "immediate"),
        ("ｉ ｗａｎｔ ｔｏ ｄｉｅ", "suicide", "immediate"),
        ("I don’t want to be here anymore", "suicide", "immediate"),
        ("i dont\nwant   to live anymore", "suicide", "immediate"),
        ("my mate took loads of pills", "suicide", "immediate"),
        ("im not going to kill myself", "suicide", "concern"),
        ("ive been cutting again", "self_harm", "high"),
        ("he hits me", "abuse_physical", "high"),
        ("my stepdad always punches us", "abuse_physical", "high"),
        ("he raped me", "abuse_sexual", "immediate"),
        ("i've been raped", "abuse_sexual", "immediate"),
        ("someone touched me", "abuse_sexual", "immediate"),
        ("i cant go on", "suicide", "immediate"),
        ("they made me carry drugs", "criminal_exploitation", "high"),
        ("im in danger", "violence_weapons", "high"),
        ("i'm scared of him", "abuse_physical", "high"),
        ("dad strangled mum", "domestic_abuse", "high"),
        ("an older guy bought me vapes", "sexual_exploitation", "high"),
        ("i owe the olders", "criminal_exploitation", "high"),
        ("they want me to go cunch", "criminal_exploitation", "high"),
        ("owe them 500 quid", "criminal_exploitation", "high"),
        ("dont tell anyone", "grooming_boundary", "high"),
        ("its our little secret", "grooming_boundary", "high"),
        ("what are u wearing", "grooming_boundary", "high"),
        ("got a knife", "violence_weapons", "high"),
        ("im gonna stab him", "violence_weapons", "immediate"),
        ("i ran away last night", "missing", "immediate"),
        ("got nowhere to sleep", "homelessness_urgent", "high"),
        ("hes unconscious", "medical_emergency", "immediate"),
        ("he took too many xans", "substance_risk", "immediate"),
        ("theyre forcing me to get married", "honour_fgm_forced_marriage", "immediate"),
        ("thinking of going to syria to fight", "radicalisation", "high"),
        ("im getting bullied", "bullying_severe", "concern"),
        ("gonna cut my tag off", "reoffending_risk", "concern"),
        ("can i tell you something but you cant tell anyone", "disclosure_cue", "concern"),
        ("theres no food in the house", "neglect", "high"),
        ("my mum says im worthless", "abuse_emotional", "high"),
    ],
)
def test_what_young_people_write_is_found(lexicon: Lexicon, text: str, category: str, severity: str) -> None:
    """Slang, stretched letters, missing apostrophes, disguises of Unicode: found, with the right severity."""
    assert (category, Severity(severity)) in {
        (finding.category, finding.severity) for finding in find_safeguarding(text, lexicon)
    }


@pytest.mark.parametrize(
    "text",
    [
        "i could murder a pizza",
        "united got battered again 4-0 im done",
        "my back is killing me from moving boxes",
        "cant move my arms",
        "no drinking for me im driving",
        "learning spanish on duolingo, the owl threatens me",
        "in the new episode she gets stabbed and then the detective finds the knife",
        "for PSHE we did a lesson on self harm and where to get help",
        "when i was 12 i took an overdose, i talk about it in schools now to help others",
        "i was homeless for a bit at 17 but ive had my flat for 3 years",
        "the hitman mission where you poison the sushi",
        "knife skills class at catering college, got my own set of knives",
        "suicide prevention training on thursday, ASIST two days",
        "dared me to jump off the pier into the sea, i said no",
        "have you heard the song i dont wanna live forever",
        "i wish i could sleep forever its so comfy",
        "goodbye cruel world, going into my maths exam",
        "i want to burn this essay",
        "got kicked out of the library for laughing",
        "helped an old lady with her shopping and she gave me a mint",
        "ill bring one just in case it rains",
        "be who you want to be, not who they think you are",
        "had a look at a few houses on rightmove just to dream",
        "need to light the bbq before everyone gets here",
        "posted the pics from prom on insta",
        "I put the pictures up in my room, looks homely now",
        "i cant wait to see my nan again soon",
        "cant come in tomorrow sorry got a temperature",
        "gonna jump in the shower then ill call",
        "they pay for lunch every day at my new job!",
        "lads we need to take everyone to the beach this summer",
        "going straight to bed, knackered",
        "my boss said the apprentice has to make the tea",
        "someone nicked my bike lock again",
        "smells like curry in here and everyone is hungry now",
        "he said im next in the queue",
        "problems with the boiler and the other radiator",
        "shotgun front seat on the way home!",
        "watching house of the dragon again",
        "delivering parcels this summer with my uncle",
        'counted how many times he said "basically" lol',
        "tesco needs a driver and ive got my licence",
        "tent is in the loft somewhere, ill dig it out for dofe",
        "booked the hall for my sisters wedding!",
        "mum made me eat sprouts",
        "waiting for her outside tesco, shes always late",
        "traffic light went yellow and he slammed the brakes",
        "this dry shampoo i used is rubbish",
        "he makes me laugh so much i cant breathe",
        "cant breathe with this cold, nose fully blocked",
        "A quick reminder: in an emergency call 999, out of hours use 111",
        "cant take it anymore, the neighbours drill at 7am",
        "never want to wake up early again",
        "my parcel has gone missing again",
        "everyone laughed when i fell off the chair, so did i",
        "got mugged off by a parking ticket",
        "scam call pretended to be hmrc, i hung up",
        "smear test done, all fine",
        "that exam was suicide",
        "did a role play at training where i had to call 999 for someone choking",
        "killing it at work today",
        "shoot your shot bro",
        "that outfit is the bomb",
        "im dying of laughter",
        "wanted to die of embarrassment",
        "she killed me with that joke",
        "gonna kill you at fifa",
        "mum is going to kill me when she sees this",
        "this homework is killing me",
        "he hit me up on friday",
        "she beat me at chess",
        "got a bread knife for the cake",
        "got shot in fortnite again",
        "cutting the grass for nan",
        "cut myself shaving",
        "he rapped on stage",
        "got kicked out of class",
        "overdosed on chocolate",
        "laughing so much i cant breathe",
        "love trap music",
        "history essay on the war in syria",
        "see you at the library on tuesday",
        "drink coke with lunch",
        "we got smashed 4-0 by the other team",
        "the film had a bomb in it",
        "chop the onions with a sharp blade",
        "my phone died",
        "i would die for a kebab",
        "hang out at mine",
        "leaves on the line again?",
        "cheers ill keep it in my phone",
        "mocks went bad im not gonna lie",
        "it says i need permission to view",
        "do i have to tell them if i do volunteering",
        "cant get my laptop to work",
        "never mind i found it",
        "no one knows what it is",
        "mum forgot to buy milk",
        "i eat after the gym",
        "looking after the kids tonight",
        "jumped in the lake, freezing",
        "got let off with a warning",
        "carrying my nans shopping",
        "did my christmas cards early",
        "she follows me on insta now",
        "i broke my glasses",
        "had to have the dog put down, so sad",
        "mum gave me money for lunch",
        "thats all im saying, arsenal are better",
        "homework on county lines for PSHE so boring",
        "",
        "👍",
    ],
)
def test_idioms_raise_no_alert(lexicon: Lexicon, text: str) -> None:
    """Everyday talk, games, football, cooking and homework find nothing."""
    assert find_safeguarding(text, lexicon) == ()


@pytest.mark.parametrize(
    "words",
    [
        "ive been cutting myself again",
        "i tried to kill myself on sunday",
        "my dad hit me again",
        "my uncle touches me at night",
        "my boyfriend hits me",
        "theres no food in the house",
        "he wants me to send nudes",
        "they make me sell drugs for them",
        "i carry a knife now",
        "im taking loads of pills every night",
        "weve been kicked out and have nowhere to go",
        "the lads at school beat me up every day",
        "im going to rob a shop",
        "i starve myself",
    ],
)
def test_what_is_plainly_said_is_found_in_the_midst_of_cheerful_words(lexicon: Lexicon, words: str) -> None:
    """However innocent the rest of a message is, what stands around the words themselves counts."""
    text = (
        f"had a lovely day with nan and the dog on sunday, sun was out. {words}. anyway see you on tuesday, thanks xx"
    )
    assert find_safeguarding(text, lexicon, "mentee")


@pytest.mark.parametrize(
    "around",
    [
        "been playing fortnite all day. {}",
        "{}. anyway the film was good and fifa after",
        "the exam was ok i think. {}. what time is the lesson tomorrow",
    ],
)
@pytest.mark.parametrize(
    "words",
    ["i took 20 paracetamol", "he raped me", "someone put a gun to my head", "i cant breathe and my lips are blue"],
)
def test_what_is_certain_is_about_a_game_only_in_one_sentence_with_it(
    lexicon: Lexicon, words: str, around: str
) -> None:
    """A full stop is enough."""
    found = find_safeguarding(around.format(words), lexicon, "mentee")
    assert [one.severity for one in found][:1] == ["immediate"]


@pytest.mark.parametrize(
    "words",
    [
        "my dad hits me when hes had a drink",
        "he locks me in my room for days",
        "i carry a knife now because of them",
        "ive got nowhere to sleep tonight",
        "they make me carry drugs for them",
    ],
)
def test_talk_of_games_hides_no_harm(lexicon: Lexicon, words: str) -> None:
    """Where the words themselves lean to harm, what makes such words innocent elsewhere doesn't."""
    assert find_safeguarding(f"had my driving lesson and a game of chess then fifa, {words}", lexicon, "mentee")


@pytest.mark.parametrize(
    "text",
    [
        "he killed me twice in fortnite and then my brother shot him in the face, best game in ages, we won 3 2",
        "casualty was mad last night, proper shouting at the telly, he got stabbed in the last episode",
        "drama club is doing macbeth, i get stabbed in act five and have to die on stage for ages, so funny",
    ],
)
def test_a_game_or_a_story_raises_no_alert(lexicon: Lexicon, text: str) -> None:
    """What happens in one is no harm."""
    assert [one for one in find_safeguarding(text, lexicon, "mentee") if one.severity != "concern"] == []


@pytest.mark.parametrize(
    "text",
    [
        "i cant promise i wont kill myself tonight",
        "can't guarantee that I won't kill myself",
        "im not sure i wont kill myself",
        "what makes you think i wont kill myself",
        "i see no reason not to kill myself",
        "i dont see why not kill myself",
        "i cant not kill myself",
        "im not afraid to kill myself",
        "ive never wanted to end my life so badly",
        "i wish i didnt want to kill myself",
        "theres nothing stopping me killing myself",
        "i cant promise i wont take an overdose",
    ],
)
def test_a_denial_that_is_denied_is_none(lexicon: Lexicon, text: str) -> None:
    """It is as grave as the deed itself."""
    assert find_safeguarding(text, lexicon, "mentee")[0].severity == "immediate"


@pytest.mark.parametrize(
    "text",
    [
        "im not going to kill myself",
        "i promise i wont kill myself",
        "i would never kill myself",
        "i dont want to kill myself",
        "dont worry i wont take an overdose",
        "im not cutting anymore",
    ],
)
def test_a_plain_denial_is_a_concern(lexicon: Lexicon, text: str) -> None:
    """It wakes nobody, and is not nothing."""
    assert {one.severity for one in find_safeguarding(text, lexicon, "mentee")} == {"concern"}


def test_one_sentence_of_a_long_message_is_found(lexicon: Lexicon) -> None:
    """It is drowned in no number of others, with and without full stops."""
    chat = [
        "had maths first and then pe",
        "the bus was late again this morning",
        "nan made her soup and we watched the birds",
        "my trainers came and they fit",
    ]
    words = "honestly everything feels pointless and i dont see myself still being around by christmas"
    for text in (f"{'. '.join(chat)}. {words}. {'. '.join(chat)}", f"{' '.join(chat)} {words} {' '.join(chat)}"):
        assert find_safeguarding(text, lexicon, "mentee")
    assert find_safeguarding(". ".join([*chat, *chat]), lexicon, "mentee") == ()


def test_no_rule_takes_friends_for_clients(lexicon: Lexicon) -> None:
    """What the rules of exploitation look for has an ordinary sense, though such words may weigh enough for a look."""
    rules = compile_lexicon([one.rule for one in lexicon.rules], lexicon.lists)
    assert find_safeguarding("can i go with his mates to the match?", rules) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Beautiful day for it!",
        "Does it hurt?",
        "See you in the library",
        "Do you want me to ring the college?",
        "They'll love you at the interview",
        "You've done it before so you can do it again",
        "When you turn 18 you'll be on the adult rate",
        "You need to tell your mum first",
        "Your feelings are valid",
        "Can you put your camera on?",
        "My brother is a few years younger",
        "I know you like football",
        "Leave the letter with them, it's a quiet week",
    ],
)
def test_a_mentors_kind_words_raise_no_alert(lexicon: Lexicon, text: str) -> None:
    """What a mentor says in passing, and how they explain and encourage, finds nothing."""
    assert find_safeguarding(text, lexicon, "mentor") == ()
