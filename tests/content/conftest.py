"""The parts of the shipped content."""

import pytest

from content.contact_rules import ContactRules
from content.lexicon import Lexicon
from content.library import Content
from content.texts import Texts


@pytest.fixture(scope="session")
def texts(content: Content) -> Texts:
    """The shipped texts."""
    return content.texts


@pytest.fixture(scope="session")
def rules(content: Content) -> ContactRules:
    """The shipped rules about contact details."""
    return content.contact_rules


@pytest.fixture(scope="session")
def lexicon(content: Content) -> Lexicon:
    """The shipped safeguarding lexicon."""
    return content.lexicon
