"""People who come by way of their mail."""

from mailbox import mailed_links, mailed_token
from story import PASSWORD, client, data


def proved(address, name=None, password=PASSWORD):
    """Somebody who has signed up and proved their address; the official client has no word for the second."""
    someone, earlier = client(), mailed_links(address, "verify-email")
    answer = data(someone.auth.signup(address, password, name))
    assert answer["email"] == address and answer["message"], answer
    assert not answer.get("access_token"), "an account before its address was proved"
    body = {"token": mailed_token(address, "verify-email", earlier), "password": password}
    came = data(someone._http.request("POST", "/v1/auth/verify-email", body=body, skip_auth=True))
    someone._http.set_token(came["access_token"])
    return someone
