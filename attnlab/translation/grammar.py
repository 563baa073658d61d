"""A synchronous grammar from English to a French-like target: both sentences grow from one derivation.

The target agrees in gender and number, puts most adjectives after the noun, negates in two
parts, moves object pronouns before the verb and nests clauses. Left out, hence French-like: tenses
other than the present, the subjunctive, 'de' after negation, agreement with whom 'i' and 'you' are.

Every source sentence has one translation: a noun takes at most one modifier after it, and nouns
that are joined by 'and' take none, so what an adjective agrees with is never in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from attnlab.translation import lexicon
from attnlab.translation.lexicon import Adjective, Person, Verb
from attnlab.translation.phrases import (
    Construction,
    Phrase,
    SentencePair,
    SourceWord,
    TargetWord,
    finish,
    phrase,
    single,
)

SHORTEST, LONGEST = 3, 60
_DEEPEST = 3
_CLAUSE, _LONG_CLAUSE = 9, 24

T = TypeVar("T")

# What may stand at a place, gathered once and not for every sentence.
_ANIMATE = [noun for noun in lexicon.NOUNS if noun.animate]
_WITHOUT_PARTICLE = [verb for verb in lexicon.TRANSITIVE if verb.particle is None]
_DETERMINERS = {
    plural: [each for each in lexicon.DETERMINERS if each.source_form(plural=plural)] for plural in (False, True)
}


def draw_pair(random: Random, length: int) -> SentencePair:
    """A sentence pair whose source has about `length` tokens, never more.

    Args:
        random: only its `random()` is used, which Python promises to keep stable over versions.
        length: from 3 to 60; a derivation that cannot fill it comes out shorter.
    """
    derivation = _Derivation(random)
    whole = derivation.clauses(length - 1, depth=0) + single(".", ".")
    return finish(whole, derivation.constructions)


class _Subject(NamedTuple):
    """What a verb and an adjective agree with."""

    piece: Phrase
    person: Person
    feminine: bool

    @property
    def plural(self) -> bool:
        return self.person in (Person.FIRST_PLURAL, Person.THIRD_PLURAL)


class _Derivation:
    """The rules; `room` is how many source tokens a piece may have, `depth` how deep its clause is nested."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.constructions: set[Construction] = set()

    def clauses(self, room: int, depth: int) -> Phrase:
        """One clause, or several joined by conjunctions when there is room for them."""
        single = room < _CLAUSE or self._likely(0.5 - room / 100)
        piece = self._clause(room if single else 4 + self._below(min(room, _LONG_CLAUSE) - 4), depth)
        while room - len(piece.source) >= 5 and self._likely(0.9):
            self.constructions.add(Construction.CONJUNCTION)
            piece += phrase(*self._pick(lexicon.CONJUNCTIONS))
            left = room - len(piece.source)
            piece += self._clause(min(left, 4 + self._below(min(left, _LONG_CLAUSE))), depth)
        return piece

    def _clause(self, room: int, depth: int) -> Phrase:
        if room >= 6 and depth < _DEEPEST and self._likely(0.25):
            subject = self._subject(1 + self._below(min(4, room - 4)), depth)
            left = room - len(subject.piece.source) - 2
            self.constructions.add(Construction.COMPLEMENT)
            verb = self._verb(self._pick(lexicon.SENTENTIAL), subject, room=1)
            return subject.piece + verb + single("that", "que") + self.clauses(left, depth + 1)
        subject = self._subject(1 + self._below(max(1, (2 * room) // 3)), depth)
        return subject.piece + self._predicate(subject, room - len(subject.piece.source), depth)

    def _subject(self, room: int, depth: int) -> _Subject:
        if room < 2 or self._likely(0.15):
            pronoun = self._pick(lexicon.PRONOUNS)
            return _Subject(single(pronoun.subject, pronoun.target), pronoun.person, pronoun.feminine)
        return self._noun_phrase(room, depth, animate=True)

    def _predicate(self, subject: _Subject, room: int, depth: int) -> Phrase:
        if room >= 4 and self._likely(0.15):
            adverb = single(*self._pick(lexicon.CLOSING_ADVERBS))
            return self._said(subject, room - 1, depth) + adverb
        return self._said(subject, room, depth)

    def _said(self, subject: _Subject, room: int, depth: int) -> Phrase:
        if room <= 1 or self._likely(0.1):
            return self._with_place(self._verb(self._pick(lexicon.INTRANSITIVE), subject, room), room, depth)
        if self._likely(0.25):
            return self._is(subject, room, depth)
        if room >= 6 and self._likely(0.3):
            return self._gives(subject, room, depth)
        if room == 2 or self._likely(0.2):
            moved = self._moved(self._transitive(room - 1), subject, room)
            return self._with_place(moved, room, depth)
        verb = self._verb(self._transitive(room - 2), subject, room - 2)
        found = self._noun_phrase(room - len(verb.source), depth)
        return self._with_place(verb + found.piece, room, depth)

    def _with_place(self, piece: Phrase, room: int, depth: int) -> Phrase:
        left = room - len(piece.source)
        return piece + self._place(left, depth) if left >= 3 and self._likely(0.8) else piece

    def _place(self, room: int, depth: int) -> Phrase:
        return phrase(*self._pick(lexicon.PREPOSITIONS)) + self._noun_phrase(room - 1, depth).piece

    def _gives(self, subject: _Subject, room: int, depth: int) -> Phrase:
        verb = self._pick(lexicon.DITRANSITIVE)
        if self._likely(0.5):
            moved = self._moved(verb, subject, room - 3, to_whom=True)
            given = self._noun_phrase(room - len(moved.source), depth)
            whom = moved.source[-2:]
            return Phrase(moved.source[:-2] + given.piece.source + whom, moved.target + given.piece.target)
        whom_room = 2 + self._below(room - 4)
        piece = self._verb(verb, subject, room - whom_room - 3)
        piece += self._noun_phrase(max(2, room - len(piece.source) - 1 - whom_room), depth).piece
        left = room - len(piece.source) - 1
        return piece + single("to", "à") + self._noun_phrase(left, depth, animate=True).piece

    def _is(self, subject: _Subject, room: int, depth: int) -> Phrase:
        verb = single(lexicon.BE_SOURCE[subject.person], lexicon.BE[subject.person])
        if room >= 3 and self._likely(0.35):
            words, second = self._pick(lexicon.NEGATIONS[: 3 if room >= 4 else 2])
            negation = tuple(SourceWord(word) for word in words)
            verb = Phrase(verb.source + negation, self._negated(negation, verb.target, second))
        left = room - len(verb.source)
        if left >= 3 and self._likely(0.4):
            return verb + self._place(left, depth)
        if left >= 2 and self._likely(0.3):
            verb += single("very", "très")
        self.constructions.add(Construction.AGREEMENT)
        adjective = self._pick(lexicon.ADJECTIVES)
        return self._with_place(verb + self._agreeing(adjective, subject), room, depth)

    def _transitive(self, room: int) -> Verb:
        return self._pick(lexicon.TRANSITIVE if room >= 2 else _WITHOUT_PARTICLE)

    def _verb(self, verb: Verb, subject: _Subject, room: int) -> Phrase:
        """A verb, plain or where `room` allows it negated or with an adverb."""
        return self._around_verb(verb, subject, (), room)

    def _moved(self, verb: Verb, subject: _Subject, room: int, *, to_whom: bool = False) -> Phrase:
        """A verb and a pronoun, which ends the English piece and stands before the French verb."""
        self.constructions.add(Construction.PRONOUN)
        others = [pronoun for pronoun in lexicon.PRONOUNS if pronoun.person != subject.person or pronoun.person >= 3]
        pronoun = self._pick(others)
        word, to = SourceWord(pronoun.object), (SourceWord("to"),) if to_whom else ()
        moved = TargetWord(pronoun.indirect if to_whom else pronoun.direct, (word,), to)
        around = self._around_verb(verb, subject, (moved,), room - 1)
        return Phrase((*around.source, *to, word), around.target)

    def _around_verb(self, verb: Verb, subject: _Subject, moved: tuple[TargetWord, ...], room: int) -> Phrase:
        particle = (SourceWord(verb.particle),) if verb.particle else ()
        left = room - len(particle)
        french = verb.target[subject.person]
        if left >= 3 and self._likely(0.3):
            return self._negated_verb(verb, subject, moved, particle, left)
        head = SourceWord(verb.source_form(subject.person))
        target = (*moved, TargetWord(french, (head,), particle))
        if left >= 2 and self._likely(0.15):
            adverb = single(*self._pick(lexicon.ADVERBS))
            return Phrase((*adverb.source, head, *particle), target + adverb.target)
        return Phrase((head, *particle), target)

    def _negated_verb(
        self, verb: Verb, subject: _Subject, moved: tuple[TargetWord, ...], particle: tuple[SourceWord, ...], room: int
    ) -> Phrase:
        words, second = self._pick(lexicon.NEGATIONS if room >= 3 else lexicon.NEGATIONS[:2])
        negation = tuple(SourceWord(word) for word in words)
        # 'does not see', but 'never sees': only 'not' takes the auxiliary, and with it the ending.
        auxiliary: tuple[SourceWord, ...] = ()
        head = SourceWord(verb.source_form(subject.person))
        if second == "pas":
            auxiliary = (SourceWord("does" if subject.person is Person.THIRD_SINGULAR else "do"),)
            head = SourceWord(verb.source)
        made = TargetWord(verb.target[subject.person], (head,), auxiliary + particle)
        target = self._negated(negation, (*moved, made), second, auxiliary)
        return Phrase((*auxiliary, *negation, head, *particle), target)

    def _negated(
        self,
        negation: tuple[SourceWord, ...],
        verb: tuple[TargetWord, ...],
        second: str,
        auxiliary: tuple[SourceWord, ...] = (),
    ) -> tuple[TargetWord, ...]:
        self.constructions.add(Construction.NEGATION)
        sure, possible = negation[:1], negation[1:] + auxiliary
        return (TargetWord("ne", sure, possible), *verb, TargetWord(second, sure, possible))

    def _noun_phrase(self, room: int, depth: int, *, animate: bool = False) -> _Subject:
        if room >= 5 and self._likely(0.15):
            return self._joined_nouns(room, animate=animate)
        adjectives = self._below(min(3, room - 1)) if self._likely(0.7) else 0
        head = self._plain_noun(adjectives, animate=animate)
        left = room - len(head.piece.source)
        if left >= 3 and depth < _DEEPEST and self._likely(0.75):
            after = self._after_noun(head, left, depth)
            return _Subject(head.piece + after, head.person, head.feminine)
        return head

    def _after_noun(self, head: _Subject, room: int, depth: int) -> Phrase:
        if self._likely(0.3):
            return single("of", "de") + self._noun_phrase(room - 1, depth + 1).piece
        if self._likely(0.3):
            return self._place(room, depth + 1)
        self.constructions.add(Construction.RELATIVE)
        if self._likely(0.5):
            return single("that", "qui") + self._predicate(head, room - 1, depth + 1)
        subject = self._subject(1 + self._below(min(6, room - 2)), depth + 1)
        left = room - 1 - len(subject.piece.source)
        verb = self._verb(self._transitive(left), subject, left)
        return single("that", "que") + subject.piece + verb

    def _joined_nouns(self, room: int, *, animate: bool) -> _Subject:
        """Two nouns joined by 'and': plural, and feminine only when both are."""
        self.constructions.add(Construction.AGREEMENT)
        adjectives = self._below(min(2, room - 4))
        first = self._plain_noun(adjectives, animate=animate)
        second = self._plain_noun(self._below(min(2, room - 4 - adjectives)), animate=animate)
        piece = first.piece + single("and", "et") + second.piece
        return _Subject(piece, Person.THIRD_PLURAL, first.feminine and second.feminine)

    def _plain_noun(self, count: int, *, animate: bool) -> _Subject:
        noun = self._pick(_ANIMATE if animate else lexicon.NOUNS)
        plural = self._likely(0.4)
        person = Person.THIRD_PLURAL if plural else Person.THIRD_SINGULAR
        nominal = single(noun.source_form(plural=plural), noun.target[plural])
        head = _Subject(nominal, person, noun.feminine)
        for adjective in self._adjectives(count):
            made = self._agreeing(adjective, head)
            if adjective.before:
                nominal = made + nominal
            else:
                # Before the noun in English, after it in French, so the order among them is mirrored.
                self.constructions.add(Construction.ADJECTIVE_ORDER)
                nominal = Phrase(made.source + nominal.source, nominal.target + made.target)
        determiner = lexicon.THE
        if self._likely(0.5):
            determiner = self._pick(_DETERMINERS[plural])
        opening = single(
            determiner.source_form(plural=plural) or "", determiner.target_form(feminine=noun.feminine, plural=plural)
        )
        return _Subject(opening + nominal, person, noun.feminine)

    def _adjectives(self, count: int) -> list[Adjective]:
        """Different adjectives in the order in which the noun gathers them: nearest first."""
        chosen: list[Adjective] = []
        while len(chosen) < count:
            adjective = self._pick(lexicon.ADJECTIVES)
            if adjective not in chosen:
                chosen.append(adjective)
        return sorted(chosen, key=lambda adjective: adjective.before)

    def _agreeing(self, adjective: Adjective, head: _Subject) -> Phrase:
        return single(adjective.source, adjective.target_form(feminine=head.feminine, plural=head.plural))

    def _pick(self, among: Sequence[T]) -> T:
        return among[self._below(len(among))]

    def _below(self, bound: int) -> int:
        """A whole number from 0 up to, not including, `bound`; 0 when `bound` is less."""
        return int(self._random.random() * bound) if bound > 0 else 0

    def _likely(self, share: float) -> bool:
        return self._random.random() < share
