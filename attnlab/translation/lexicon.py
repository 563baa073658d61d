"""The words of the embedded grammar, English beside French, with what agreement needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Person(IntEnum):
    """Person and number, as the place of a verb's form in its paradigm."""

    FIRST_SINGULAR = 0
    FIRST_PLURAL = 1
    SECOND = 2
    THIRD_SINGULAR = 3
    THIRD_PLURAL = 4


@dataclass(frozen=True, slots=True)
class Noun:
    """`target` is singular then plural."""

    singular: str
    plural: str
    target: tuple[str, str]
    feminine: bool
    animate: bool

    def source_form(self, *, plural: bool) -> str:
        return self.plural if plural else self.singular


@dataclass(frozen=True, slots=True)
class Adjective:
    """`target` is masculine singular and plural, then feminine singular and plural."""

    source: str
    target: tuple[str, str, str, str]
    before: bool

    def target_form(self, *, feminine: bool, plural: bool) -> str:
        return self.target[2 * feminine + plural]


@dataclass(frozen=True, slots=True)
class Verb:
    """`third` is the English third person singular; `particle` follows it ('looks for'); `target` goes by `Person`."""

    source: str
    third: str
    target: tuple[str, str, str, str, str]
    particle: str | None = None

    def source_form(self, person: Person) -> str:
        return self.third if person is Person.THIRD_SINGULAR else self.source


@dataclass(frozen=True, slots=True)
class Determiner:
    """`target` is masculine singular, feminine singular, plural; None where the number does not exist."""

    singular: str | None
    plural: str | None
    target: tuple[str, str, str]

    def source_form(self, *, plural: bool) -> str | None:
        return self.plural if plural else self.singular

    def target_form(self, *, feminine: bool, plural: bool) -> str:
        return self.target[2 if plural else int(feminine)]


@dataclass(frozen=True, slots=True)
class Pronoun:
    """`direct` and `indirect` are the forms that stand before a French verb."""

    subject: str
    target: str
    person: Person
    feminine: bool
    object: str
    direct: str
    indirect: str


def _noun(
    singular: str, target: str, gender: str, *, plural: str = "", targets: str = "", animate: bool = True
) -> Noun:
    forms = (target, targets or f"{target}s")
    return Noun(singular, plural or f"{singular}s", forms, feminine=gender == "f", animate=animate)


def _thing(singular: str, target: str, gender: str, *, plural: str = "", targets: str = "") -> Noun:
    return _noun(singular, target, gender, plural=plural, targets=targets, animate=False)


def _adjective(source: str, masculine: str, feminine: str = "", *, plural: str = "", before: bool = False) -> Adjective:
    feminine = feminine or (masculine if masculine.endswith("e") else f"{masculine}e")
    return Adjective(source, (masculine, plural or f"{masculine}s", feminine, f"{feminine}s"), before)


def _first_group(source: str, stem: str, *, third: str = "", particle: str | None = None) -> Verb:
    nous = f"{stem}eons" if stem.endswith("g") else f"{stem}ons"
    return Verb(source, third or f"{source}s", (f"{stem}e", nous, f"{stem}ez", f"{stem}e", f"{stem}ent"), particle)


def _verb(source: str, forms: str, *, third: str = "", particle: str | None = None) -> Verb:
    first, nous, vous, il, ils = forms.split()
    return Verb(source, third or f"{source}s", (first, nous, vous, il, ils), particle)


NOUNS = (
    _noun("dog", "chien", "m"),
    _noun("cat", "chat", "m"),
    _noun("girl", "fille", "f"),
    _noun("boy", "garçon", "m"),
    _noun("woman", "femme", "f", plural="women"),
    _noun("man", "homme", "m", plural="men"),
    _noun("child", "enfant", "m", plural="children"),
    _noun("queen", "reine", "f"),
    _noun("king", "roi", "m"),
    _noun("bird", "oiseau", "m", targets="oiseaux"),
    _noun("horse", "cheval", "m", targets="chevaux"),
    _noun("cow", "vache", "f"),
    _noun("mouse", "souris", "f", plural="mice", targets="souris"),
    _noun("nurse", "infirmière", "f"),
    _noun("doctor", "médecin", "m"),
    _noun("singer", "chanteuse", "f"),
    _thing("house", "maison", "f"),
    _thing("garden", "jardin", "m"),
    _thing("book", "livre", "m"),
    _thing("tree", "arbre", "m"),
    _thing("apple", "pomme", "f"),
    _thing("car", "voiture", "f"),
    _thing("boat", "bateau", "m", targets="bateaux"),
    _thing("letter", "lettre", "f"),
    _thing("key", "clé", "f"),
    _thing("door", "porte", "f"),
    _thing("star", "étoile", "f"),
    _thing("river", "rivière", "f"),
    _thing("castle", "château", "m", targets="châteaux"),
    _thing("bridge", "pont", "m"),
    _thing("school", "école", "f"),
    _thing("hat", "chapeau", "m", targets="chapeaux"),
)

ADJECTIVES = (
    _adjective("small", "petit", before=True),
    _adjective("big", "grand", before=True),
    _adjective("young", "jeune", before=True),
    _adjective("pretty", "joli", before=True),
    _adjective("good", "bon", "bonne", before=True),
    _adjective("bad", "mauvais", plural="mauvais", before=True),
    _adjective("red", "rouge"),
    _adjective("black", "noir"),
    _adjective("white", "blanc", "blanche"),
    _adjective("green", "vert"),
    _adjective("blue", "bleu"),
    _adjective("happy", "heureux", "heureuse", plural="heureux"),
    _adjective("sad", "triste"),
    _adjective("strange", "étrange"),
    _adjective("tired", "fatigué", "fatiguée"),
    _adjective("strong", "fort"),
    _adjective("heavy", "lourd"),
    _adjective("proud", "fier", "fière"),
)

TRANSITIVE = (
    _verb("see", "vois voyons voyez voit voient"),
    _first_group("love", "aim"),
    _first_group("eat", "mang"),
    _first_group("find", "trouv"),
    _first_group("help", "aid"),
    _first_group("watch", "regard", third="watches"),
    _first_group("carry", "port", third="carries"),
    _first_group("hide", "cach"),
    _first_group("look", "cherch", particle="for"),
    _first_group("listen", "écout", particle="to"),
    _verb("wait", "attends attendons attendez attend attendent", particle="for"),
    _verb("take", "prends prenons prenez prend prennent"),
    _verb("follow", "suis suivons suivez suit suivent"),
    _verb("know", "connais connaissons connaissez connaît connaissent"),
)

INTRANSITIVE = (
    _verb("sleep", "dors dormons dormez dort dorment"),
    _verb("run", "cours courons courez court courent"),
    _verb("laugh", "ris rions riez rit rient"),
    _first_group("sing", "chant"),
    _first_group("dance", "dans"),
    _first_group("work", "travaill"),
    _first_group("arrive", "arriv"),
)

DITRANSITIVE = (
    _first_group("give", "donn"),
    _first_group("show", "montr"),
    _first_group("bring", "apport"),
    _verb("sell", "vends vendons vendez vend vendent"),
)

# 'know' before a clause is another French verb than 'know' before a noun.
SENTENTIAL = (
    _verb("say", "dis disons dites dit disent"),
    _first_group("think", "pens"),
    _verb("believe", "crois croyons croyez croit croient"),
    _verb("know", "sais savons savez sait savent"),
)

BE = ("suis", "sommes", "êtes", "est", "sont")
BE_SOURCE = ("am", "are", "are", "is", "are")

THE = Determiner("the", "the", ("le", "la", "les"))
DETERMINERS = (
    Determiner("a", "some", ("un", "une", "des")),
    Determiner("this", "these", ("ce", "cette", "ces")),
    Determiner("my", "my", ("mon", "ma", "mes")),
    Determiner("our", "our", ("notre", "notre", "nos")),
    Determiner("every", None, ("chaque", "chaque", "")),
    Determiner(None, "two", ("", "", "deux")),
    Determiner(None, "three", ("", "", "trois")),
)

PRONOUNS = (
    Pronoun("i", "je", Person.FIRST_SINGULAR, False, "me", "me", "me"),
    Pronoun("we", "nous", Person.FIRST_PLURAL, False, "us", "nous", "nous"),
    Pronoun("you", "vous", Person.SECOND, False, "you", "vous", "vous"),
    Pronoun("he", "il", Person.THIRD_SINGULAR, False, "him", "le", "lui"),
    Pronoun("she", "elle", Person.THIRD_SINGULAR, True, "her", "la", "lui"),
    Pronoun("they", "ils", Person.THIRD_PLURAL, False, "them", "les", "leur"),
)

# English words of which the first carries the meaning, French words.
PREPOSITIONS = (
    (("in",), ("dans",)),
    (("on",), ("sur",)),
    (("under",), ("sous",)),
    (("behind",), ("derrière",)),
    (("near",), ("près", "de")),
    (("with",), ("avec",)),
)

CONJUNCTIONS = (
    (("and",), ("et",)),
    (("but",), ("mais",)),
    (("because",), ("parce", "que")),
    (("when",), ("quand",)),
    (("while",), ("pendant", "que")),
)

# English negation, the French second part; the first is always 'ne'.
NEGATIONS = ((("not",), "pas"), (("never",), "jamais"), (("no", "longer"), "plus"))

ADVERBS = (("often", "souvent"), ("always", "toujours"), ("rarely", "rarement"))
CLOSING_ADVERBS = (("here", "ici"), ("today", "aujourd'hui"))

SOURCE_WORDS = frozenset(
    [
        *(form for noun in NOUNS for form in (noun.singular, noun.plural)),
        *(adjective.source for adjective in ADJECTIVES),
        *(
            form
            for verb in (*TRANSITIVE, *INTRANSITIVE, *DITRANSITIVE, *SENTENTIAL)
            for form in (verb.source, verb.third, verb.particle)
            if form
        ),
        *(form for each in (THE, *DETERMINERS) for form in (each.singular, each.plural) if form),
        *(form for pronoun in PRONOUNS for form in (pronoun.subject, pronoun.object)),
        *(word for words, _ in (*PREPOSITIONS, *CONJUNCTIONS, *NEGATIONS) for word in words),
        *(word for word, _ in (*ADVERBS, *CLOSING_ADVERBS)),
        *BE_SOURCE, "an", "do", "does", "of", "to", "that", "and", "very", ".",
    ]
)  # fmt: skip
ELIDED = {
    "le": "l'", "la": "l'", "je": "j'", "me": "m'", "ne": "n'", "que": "qu'", "de": "d'", "ce": "cet", "ma": "mon",
}  # fmt: skip
CONTRACTED = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}
_VOWELS = "aeiouyâàéèêëîïôûœ"
_SILENT_H = ("homme", "heureu")


def opens_with_vowel(word: str) -> bool:
    """Whether a French word is heard with a vowel first, which shortens the word before it."""
    return word[0] in _VOWELS or word.startswith(_SILENT_H)
