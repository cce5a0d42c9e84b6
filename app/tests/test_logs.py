"""Log lines carry their severity, and a time that can be understood."""

from __future__ import annotations

import logging
import os
import tempfile
from unittest import TestCase, mock

from subscribers import environment as env
from subscribers.logs import LineFormatter, request_id


def record(level: int) -> logging.LogRecord:
    return logging.LogRecord("shop", level, __file__, 1, "two\nlines", None, None)


class LineTests(TestCase):
    def setUp(self) -> None:
        before = request_id.set("id-1")
        self.addCleanup(request_id.reset, before)

    def test_a_line_for_the_journal_begins_with_its_priority(self) -> None:
        line = LineFormatter(journal=True)
        for level, priority in ((50, 2), (40, 3), (30, 4), (20, 6), (10, 7), (25, 6)):
            with self.subTest(level=level):
                name = logging.getLevelName(level)
                wanted = f"<{priority}>{name} shop [id-1] two lines"
                self.assertEqual(line.format(record(level)), wanted)

    def test_any_other_line_begins_with_the_time_and_its_offset(self) -> None:
        self.assertRegex(
            LineFormatter(journal=False).format(record(logging.ERROR)),
            r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d ERROR shop \[id-1\] two lines$",
        )

    def test_the_journal_is_known_by_the_stream_that_systemd_names(self) -> None:
        with tempfile.TemporaryFile() as file:
            status = os.fstat(file.fileno())
            named = f"{status.st_dev}:{status.st_ino}"
            for stream, is_journal in ((named, True), ("8:1", False), ("", False)):
                with mock.patch.dict(os.environ, JOURNAL_STREAM=stream):
                    self.assertEqual(env.to_journal(file.fileno()), is_journal)
