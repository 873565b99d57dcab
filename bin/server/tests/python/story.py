"""What the stories share: the server's address, from the command line, and how the official client's answers are read."""

import base64
import json
import sys
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from oneclaw import create_client

BASE_URL = sys.argv[1]
PASSWORD = "Correct-Horse-7-Battery"


def did(text):
    print("-", text, flush=True)


def client(**options):
    return create_client(base_url=BASE_URL, **options)


def data(response, status=200):
    """What a call that worked gave."""
    assert response.error is None, response.error
    assert response.meta.status == status, (response.meta, response.data)
    if status != 204:
        assert isinstance(response.data, dict), response.data
    return response.data


def refused(response, status, kind, *words):
    """The message of a call that was refused, as the client shows it."""
    assert response.data is None, response.data
    assert response.meta.status == status, (response.meta, response.error)
    assert response.error.type == kind, response.error
    for word in words:
        assert word in response.error.message, (word, response.error.message)
    return response.error.message


def raised(kind, call, *words):
    """The text of the error, of exactly this kind, that a call ends with."""
    try:
        answer = call()
    except Exception as error:
        assert type(error) is kind, (kind, type(error), error)
        for word in words:
            assert word in str(error), (word, error)
        return str(error)
    raise AssertionError(f"expected {kind.__name__}, got {answer!r}")


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def token_of(some_client):
    return some_client._http.get_token()


def moment(text):
    assert text.endswith("Z"), text
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def joined(email, name, **more):
    """Somebody who has signed up and logged in; the official client has no word for an invitation's token."""
    body = {"email": email, "password": PASSWORD, "display_name": name, **more}
    someone = client()
    data(someone._http.request("POST", "/v1/auth/signup", body=body, skip_auth=True))
    data(someone.auth.login(email, PASSWORD))
    return someone


def link_token(link):
    (token,) = parse_qs(urlsplit(link).query)["token"]
    return token


def invited(owner, email, name):
    """Somebody who has joined the owner's organization, and their id; without mail the answer has the link."""
    answer = data(owner.org.invite(email))
    someone = joined(email, name, invite_token=link_token(answer["invite_url"]))
    return someone, data(someone.auth.me())["id"]


def paths(response):
    return [secret["path"] for secret in data(response)["secrets"]]


def names(response):
    return [vault["name"] for vault in data(response)["vaults"]]
