"""presidio-analyzer as the rule engines are measured beside: its pattern recognisers, region GB, a blank pipeline."""

import spacy
import tldextract.tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    NhsRecognizer,
    PhoneRecognizer,
    UkNinoRecognizer,
    UkPostcodeRecognizer,
    UrlRecognizer,
)

# What a service in the UK that takes out contact details would switch on.
_RECOGNISERS = (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    NhsRecognizer,
    UkNinoRecognizer,
    UkPostcodeRecognizer,
    UrlRecognizer,
)


class _BlankPipeline:
    """Only tokens: no model is loaded, and none fetched."""

    def __init__(self) -> None:
        self._pipeline = spacy.blank("en")

    def is_loaded(self) -> bool:
        return True

    def get_supported_languages(self) -> list[str]:
        return ["en"]

    def get_supported_entities(self) -> list[str]:
        return []

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - the library's
        return bool(self._pipeline.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - the library's
        return bool(self._pipeline.vocab[word].is_punct)

    def process_text(self, text: str, language: str) -> object:
        tokens = self._pipeline(text)
        places = [token.idx for token in tokens]
        words = [token.lower_ for token in tokens]
        return NlpArtifacts(
            entities=[], tokens=tokens, tokens_indices=places, lemmas=words, nlp_engine=self, language=language
        )


class Presidio:
    """The analyser, ready."""

    def __init__(self) -> None:
        # Its list of domain endings comes with it; it would fetch a newer one.
        tldextract.tldextract.TLD_EXTRACTOR = tldextract.tldextract.TLDExtract(suffix_list_urls=())
        recognisers = [PhoneRecognizer(supported_regions=("GB",)), *(one() for one in _RECOGNISERS)]
        self._analyser = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognisers),
            nlp_engine=_BlankPipeline(),
            supported_languages=["en"],
        )

    def find(self, text: str) -> int:
        """How many details it finds."""
        return len(self._analyser.analyze(text=text, language="en"))
