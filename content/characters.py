"""Characters that people read as a letter or a digit although they are another one: what they are read as.

Only what is met in texts: other scripts' letters that look Latin, the alphabets of "fancy text" pages, emoji letters.
What Unicode itself calls a form of a letter (full-width, mathematical, circled, superscript) needs no entry, and
neither do digits of other scripts. Source: Unicode's confusables.txt (UTS #39), picked by hand.
"""

from collections.abc import Mapping

# Characters, and the letters that they are read as, one for one.
_PAIRS = (
    # Cyrillic, capitals where they look like another letter than the small ones.
    ("аеоісрухѕјԁһԛԝӏкмтгпвнүөћґҽь", "aeoicpyxsjdhqwlkmtrnbhyohreb"),
    ("АВЕЅІЈКМНОРСТУХҮҺԌԚԜӀ", "abesijkmhopctyxyhgqwl"),
    # Greek.
    ("αβγεηικνορτυχωϲϳ", "abyenikvoptuxwcj"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "abezhikmnoptyxc"),
    # Armenian and Cherokee.
    ("աոսօհցզյԼՏՕ", "wnuohgqjlso"),
    ("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃᏌᏫᏤ", "abcdeghijklmprstvwzuov"),
    # Small capitals and turned or hooked letters.
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"),
    ("ɑɓƈɖɗɛəƒɠɡɦıɨɩȷĸƙɭłɱɲŋøɔƥɋɾʂƭʈʉʋʍƴʐƶđħŧƀɇɍ", "abcddeefgghiiijkkllmnnoopqrsttuvwyzzdhtber"),
    # Lisu.
    ("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "abcdefghijklmnoprstuvwxyz"),
    # Signs of the keyboard in their typographic forms.
    ("’‘ʼ′＇‐‑‒–—―−﹣⁃", "'''''---------"),
)
# Letters in order from the first character on.
_ROWS = (
    # Parenthesised, negative circled, negative squared.
    (0x249C, "abcdefghijklmnopqrstuvwxyz"),
    (0x1F150, "abcdefghijklmnopqrstuvwxyz"),
    (0x1F170, "abcdefghijklmnopqrstuvwxyz"),
)
_OTHERS = {
    "æ": "ae",
    "œ": "oe",
    "🆎": "ab",
    "🔟": "10",
    "💯": "100",
    "💲": "$",
    "❗": "!",
    "❕": "!",
    "⭕": "o",
    # Looks empty although it counts as a letter: fillers of Hangul; a blank of Braille.
    "ᅟ": "",
    "ᅠ": "",
    "ㅤ": "",
    "ﾠ": "",
    "⠀": " ",
}


LOOK_ALIKES: Mapping[str, str] = {
    **{strange: plain for pair in _PAIRS for strange, plain in zip(*pair, strict=True)},
    **{chr(first + place): letter for first, letters in _ROWS for place, letter in enumerate(letters)},
    **_OTHERS,
}
