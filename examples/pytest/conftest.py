"""A GitLab beside the tests: one for all of them, as it was at the start for each."""

import json
import subprocess
import urllib.request

import pytest

TOKEN = "glpat-for-tests"
CONFIG = {
    "projects": [{"id": 42, "path": "acme/tools/widget"}],
    "tokens": [{"token": TOKEN, "kind": "personal", "role": "developer"}],
    "packages": [
        {"project": 42, "name": "widget", "version": "1.0.0", "files": [{"name": "widget.txt", "text": "old"}]}
    ],
}
FAULTS = [{"method": "PUT", "path": "*/flaky.txt", "fault": "502"}]


class Gitlab:
    """A registry that is up."""

    def __init__(self, ready):
        self.api_url = ready["api-url"]
        self.token = TOKEN
        self._control = ready["control-url"]

    def reset(self):
        self._ask("POST", "/-/reset").close()

    def requests(self):
        """What was asked since the last reset, oldest first."""
        with self._ask("GET", "/-/requests") as answer:
            return json.load(answer)["requests"]

    def _ask(self, method, path):
        return urllib.request.urlopen(urllib.request.Request(self._control + path, method=method))


@pytest.fixture(scope="session")
def running_gitlab():
    command = ["generic-packages", "registry", "--json", "--port=0", "--control-port=0", "--config=-"]
    command.append("--fault-script=" + json.dumps(FAULTS))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write(json.dumps(CONFIG))
        process.stdin.close()
        yield Gitlab(json.loads(process.stdout.readline()))
        process.terminate()


@pytest.fixture
def gitlab(running_gitlab):
    running_gitlab.reset()
    return running_gitlab
