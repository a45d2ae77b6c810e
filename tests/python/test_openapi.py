"""Schemathesis on the OpenAPI document: no fault of the server, no answer that is not documented."""

import json
import os
import pathlib
import subprocess
import sysconfig

from conftest import ROOT

#: Seconds that one run may take.
LONGEST = 120
CHECKS = ",".join([
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
])


def schemathesis(server, folder, token, *more, ids=None):
    """Runs it; the ids given are used instead of invented ones."""
    ids = ids or {}
    parameters = {f"{name}Id": value for name, value in ids.items()}
    lines = [f"{name} = {json.dumps(value)}" for name, value in parameters.items()]
    (folder / "schemathesis.toml").write_text("\n".join(["[parameters]", *lines, ""]))
    program = pathlib.Path(sysconfig.get_path("scripts")) / "schemathesis"
    command = [
        str(program), "--config-file", str(folder / "schemathesis.toml"),
        "run", str(ROOT / "spec/openapi.json"), "--url", server.url,
        "--header", f"Authorization: Bearer {token}",
        "--checks", CHECKS, "--phases", "examples,coverage,fuzzing",
        "--max-examples", os.environ.get("AETHEX_TEST_EXAMPLES", "10"),
        "--seed", "20250110", "--generation-database", "none",
        "--request-timeout", "30", "--warnings", "off", "--no-color", *more,
    ]
    environment = os.environ | {
        "AETHEX_TEST_IDS": json.dumps(ids),
        "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
        "PYTHONPATH": str(pathlib.Path(__file__).parent),
    }
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST)
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2_000:]
    return run.stdout


def test_every_operation_has_a_name_of_its_own():
    document = json.loads((ROOT / "spec/openapi.json").read_text())
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations if "operationId" in operation]
    assert sorted(names) == sorted(set(names))
    assert len(names) > 30


#: What would end the call or the session that the other requests of a run are about.
ENDINGS = "/(logout|end|leave|remove)$|/members/"


def group_call(server):
    ann, bob = server.register("Ann"), server.register("Bob")
    members = {"kind": "group", "title": "G", "memberIds": [bob.id]}
    conversation = ann.does("POST", "/api/conversations", members)["conversation"]["id"]
    call = ann.does("POST", "/api/calls/initiate", {"conversationId": conversation})["callId"]
    bob.does("POST", f"/api/calls/{call}/answer")
    return ann, {"call": call, "conversation": conversation, "user": bob.id}


def test_people_get_no_undocumented_answer_about_a_call_that_runs(server, tmp_path):
    ann, ids = group_call(server)
    print(schemathesis(server, tmp_path, ann.token, "--exclude-path-regex", ENDINGS, ids=ids))


def test_people_get_no_undocumented_answer_about_a_call_that_is_over(server, tmp_path):
    ann, ids = group_call(server)
    ann.does("POST", f"/api/calls/{ids['call']}/end")
    print(schemathesis(server, tmp_path, ann.token, "--include-path-regex", "^/api/calls/", ids=ids))


def test_people_get_no_undocumented_answer_about_things_that_there_are_not(server, tmp_path):
    ann = server.register("Ann")
    print(schemathesis(server, tmp_path, ann.token, "--exclude-path", "/api/auth/logout"))


def test_servers_get_no_undocumented_answer(server, tmp_path):
    key = next(word for word in server.command("token", "api-key", "test").split() if word.startswith("axk_"))
    ann, bob, conversation = server.couple()
    call = ann.does("POST", "/api/calls/initiate", {"conversationId": conversation})["callId"]
    ids = {"call": call, "conversation": conversation, "user": bob.id}
    print(schemathesis(server, tmp_path, key, "--include-path-regex", "^/api/(conversations|calls)", ids=ids))


def test_nobody_gets_no_undocumented_answer(server, tmp_path):
    print(schemathesis(server, tmp_path, "nonsense"))
