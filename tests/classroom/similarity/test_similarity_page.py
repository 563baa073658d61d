"""Alike works stand side by side on one page that loads nothing, runs nothing and marks what both have."""

from html.parser import HTMLParser

from alike_made import disguised, work, works_of, written

from attnlab.classroom.similarity import similar, similarity_page
from attnlab.classroom.similarity.wording import evidence, of_class

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b[31m"


class Read(HTMLParser):
    """The page's tags, and the text within its marks."""

    def __init__(self):
        super().__init__()
        self.tags, self.marked, self.few = [], [], []
        self._within = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._within.append(self.few if ("class", "few") in attrs else self.marked)

    def handle_endtag(self, tag):
        if tag == "mark":
            self._within.pop()

    def handle_data(self, data):
        if self._within:
            self._within[-1].append(data)


def page_of(source, copy=None, name="copy"):
    copied = source if copy is None else copy
    sources = {f"s{number:03}": written(number) for number in range(12)} | {"one": source, name: copied}
    works = [*works_of(12), work("one", source), work(name, copied)]
    found = similar("softmax", works, frozenset())
    page = similarity_page([found], lambda each, exercise: sources[each.student].encode(), ["class.gradebook"])
    read = Read()
    read.feed(page)
    return page, read


def test_what_hardly_anybody_else_has_is_marked_in_both():
    _, read = page_of(written(99).replace("return", "secret_sauce = 1\n    return"))

    assert sum("secret_sauce" in text for text in read.few) == 2


def test_a_disguised_copy_is_marked_by_its_code():
    _, read = page_of(written(99), disguised(written(99)))

    assert len(read.few + read.marked) > 10
    assert all(text.strip() for text in read.few)


def test_the_page_loads_nothing_and_runs_nothing():
    page, read = page_of(written(99) + f"# {HOSTILE}\n", name=HOSTILE)

    assert {"script", "img", "link", "iframe"}.isdisjoint(tag for tag, _ in read.tags)
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on") or name == "src"]
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_a_class_without_alike_works_makes_a_page_that_says_so():
    found = similar("softmax", works_of(12), frozenset())

    page = similarity_page([found], lambda each, exercise: b"", ["class.gradebook"])

    assert "No two works are strikingly alike." in page


def test_evidence_claims_no_more_than_was_counted():
    ((pair),) = similar("softmax", [*works_of(30), work("copy", disguised(written(3)))], frozenset()).pairs

    first, *_ = evidence(pair)

    assert first.startswith(f"{pair.shared} pieces of code in common, of {pair.of_first} and of {pair.of_second}")
    assert "byte by byte" not in " ".join(evidence(pair))


def test_few_works_are_told_to_tell_little():
    assert "So few works hardly tell what is rare." in of_class(similar("softmax", works_of(3), frozenset()))
    assert "So few" not in of_class(similar("softmax", works_of(30), frozenset()))
