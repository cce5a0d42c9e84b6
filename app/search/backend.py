"""Haystack's Elasticsearch as this site uses it: indexes behind an alias, found by beginnings."""

from __future__ import annotations

from typing import Any

from haystack.backends.elasticsearch7_backend import (
    Elasticsearch7SearchBackend,
    Elasticsearch7SearchEngine,
)

_LONGEST = 20
_PLAIN = ["lowercase", "asciifolding"]


class Backend(Elasticsearch7SearchBackend):
    """Writes to, and reads from, an alias; an index is made by `create` alone."""

    DEFAULT_SETTINGS = {
        "settings": {
            # One server: a copy of an index would have no place.
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "analysis": {
                "analyzer": {
                    "beginnings": {"tokenizer": "standard", "filter": [*_PLAIN, "beginnings"]},
                    # What is looked for is a beginning already. Haystack would cut it up, too,
                    # and find Asif for Asha.
                    "typed": {"tokenizer": "standard", "filter": [*_PLAIN, "longest"]},
                },
                "filter": {
                    "beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": _LONGEST},
                    "longest": {"type": "truncate", "length": _LONGEST},
                },
            },
        }
    }
    FIELD_MAPPINGS = {
        **Elasticsearch7SearchBackend.FIELD_MAPPINGS,
        "edge_ngram": {"type": "text", "analyzer": "beginnings", "search_analyzer": "typed"},
    }

    def setup(self) -> None:
        """Do nothing: what lies behind the alias was made by `create`."""
        self.setup_complete = True

    def create(self, schema_fields: dict[str, Any]) -> None:
        """Make this backend's index, with its mapping."""
        _, properties = self.build_schema(schema_fields)
        # A field that the mapping does not know is a mistake of ours: better refused than guessed.
        mapping = {"dynamic": "strict", "properties": {"id": {"type": "keyword"}, **properties}}
        body = {**self.DEFAULT_SETTINGS, "mappings": mapping}
        # Longer than who asks for a page would wait: nobody does.
        self.conn.indices.create(index=self.index_name, body=body, request_timeout=30)


class Engine(Elasticsearch7SearchEngine):
    """What HAYSTACK_CONNECTIONS names."""

    backend = Backend
