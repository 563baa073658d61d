from pathlib import Path

import pytest
from made_class import Classes


@pytest.fixture
def classes(tmp_path: Path) -> Classes:
    return Classes(tmp_path)
