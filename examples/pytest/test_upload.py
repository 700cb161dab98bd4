import json
import urllib.request

import pytest

from upload import upload


def test_a_file_arrives(gitlab):
    assert upload(gitlab.api_url, gitlab.token, "widget/2.0.0/widget.txt", b"new") == 1
    assert [(each["method"], each["status"]) for each in gitlab.requests()] == [("PUT", 201)]


def test_a_gateway_that_fails_once_is_tried_again(gitlab):
    assert upload(gitlab.api_url, gitlab.token, "widget/2.0.0/flaky.txt", b"new") == 2
    assert [each["status"] for each in gitlab.requests()] == [502, 201]


def test_a_token_that_nobody_knows_is_refused(gitlab):
    with pytest.raises(RuntimeError, match="401"):
        upload(gitlab.api_url, "wrong", "widget/2.0.0/widget.txt", b"new")


def test_each_test_finds_what_the_configuration_says_and_no_more(gitlab):
    request = urllib.request.Request(
        f"{gitlab.api_url}/projects/42/packages", headers={"PRIVATE-TOKEN": gitlab.token}
    )
    with urllib.request.urlopen(request) as answer:
        assert [each["version"] for each in json.load(answer)] == ["1.0.0"]
