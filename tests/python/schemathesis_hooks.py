"""Puts ids that exist into generated bodies, so that more than 404 is answered.

Loaded by schemathesis itself (`SCHEMATHESIS_HOOKS`); the ids come from `test_openapi.py`.
"""

import json
import os

import schemathesis

IDS = json.loads(os.environ.get("AETHEX_TEST_IDS", "{}"))
FIELDS = {
    "conversationId": "conversation", "userId": "user", "participantIds": ["user"],
    "memberIds": ["user"], "userIds": ["user"], "callIds": ["call"],
}


@schemathesis.hook
def map_body(context, body):
    """Every well-formed body gets ids that exist; malformed ones stay as they are."""
    if isinstance(body, dict) and IDS:
        for field, name in FIELDS.items():
            value = body.get(field)
            if isinstance(name, list) and isinstance(value, list) and value and all(isinstance(one, str) for one in value):
                body[field] = [IDS[name[0]]] + value[1:]
            elif isinstance(name, str) and isinstance(value, str) and name in IDS:
                body[field] = IDS[name]
    return body
