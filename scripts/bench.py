"""Measures the paths that matter beside a constant route of the same server; see scripts/bench.

Prints, per store, route and number of connections: requests a second, median and 99th percentile, the server's CPU
time per request, the ratio of the throughput to the constant route's at as many connections, and by the store's own
counters: statements for reading and in units of work per request, and events per commit of the journal. Figures are
only comparable within one run.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import threading

# What each route asks, in Lua; `pick(n)` is a number below n. The vault, ids and tokens are filled in.
ROUTES = {
    "constant": """return ask("GET", "/livez", owner)""",
    "read": """return ask("GET", secrets .. name(pick(count)), owner)""",
    "write": """return ask("PUT", secrets .. name(pick(count)), owner, value)""",
    "90 reads, 10 writes": """
      if pick(10) == 0 then return ask("PUT", secrets .. name(pick(count)), owner, value) end
      return ask("GET", secrets .. name(pick(count)), owner)""",
    "agent, 1 grant": """return ask("GET", secrets .. name(pick(count)), agent_1)""",
    "agent, 100 grants": """return ask("GET", secrets .. name(pick(count)), agent_100)""",
    "agent, 1,000 grants": """return ask("GET", secrets .. name(pick(count)), agent_1000)""",
    "list 100 of all": """return ask("GET", "/v1/vaults/" .. vault .. "/secrets?prefix=bench/" .. string.format("%03d", pick(count / 100)), owner)""",
    "share by link": """return ask("GET", "/v1/share/" .. share)""",
    "agent token": """return ask("POST", "/v1/auth/agent-token", nil, agent_key)""",
    "log in": """return ask("POST", "/v1/auth/token", nil, login)""",
}

# At how many connections. Logging in is one password hash after the other: more connections only wait.
CONNECTIONS = {"constant": (1, 4, 16, 64), "read": (1, 16, 64), "log in": (4,)}
OTHERS = (16,)

WRK = """
%s
math.randomseed(os.time())
function pick(n) return math.random(0, n - 1) end
function name(n) return string.format("bench/%%05d", n) end
function ask(method, path, token, body)
  local headers = {}
  if token then headers["Authorization"] = "Bearer " .. token end
  if body then headers["Content-Type"] = "application/json" end
  return wrk.format(method, path, headers, body)
end
request = function() %s end
done = function(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""

COUNTERS = ("store_read_round_trips", "store_write_round_trips", "journal_commits", "journal_events")

ACCOUNT = {"email": "bench@example.test", "password": "Correct-Horse-9-Battery"}


class Server:
    """A server of the release build, on its own store."""

    def __init__(self, binary, database_url):
        self.folder = tempfile.TemporaryDirectory(prefix="oneclaw-bench-")
        command = [binary, "--listen", "127.0.0.1:0", "--data-dir", self.folder.name,
                   "--rate-limits", "off", "--log-level", "warn", "--tokens-user-ttl", "86400",
                   "--metrics-listen", "127.0.0.1:0"]
        if database_url:
            command += ["--database-url", database_url]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.api, self.metrics_address = self._addresses()

    def _addresses(self):
        found = []
        for line in self.process.stdout:
            found += re.findall(r"http://(127\.0\.0\.1:\d+)", line)
            unique = list(dict.fromkeys(found))
            if len(unique) == 2:
                threading.Thread(target=self.process.stdout.read, daemon=True).start()
                return unique
        sys.exit("the server did not start")

    def ask(self, method, path, body=None, token=None, address=None):
        connection = http.client.HTTPConnection(address or self.api)
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + token
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text)
        return text

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def counters(self):
        text = self.ask("GET", "/metrics", address=self.metrics_address).decode()
        return [int(re.search(rf"^oneclaw_{name}_total (\d+)$", text, re.M).group(1)) for name in COUNTERS]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.folder.cleanup()


def together(number, act):
    """Does something for each number below, eight at once, each thread on a connection of its own."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(number)))


class Owner:
    """Who asks, over connections that stay open."""

    def __init__(self, server):
        self.server, self.local = server, threading.local()
        self.token = None

    def ask(self, method, path, body=None):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = http.client.HTTPConnection(self.server.api)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, (method, path, answer.status, text)
        return json.loads(text)


def seed(server, count):
    """An owner, a vault, `count` secrets of 32 characters, agents with few and many grants, and a share; as Lua."""
    owner = Owner(server)
    owner.token = owner.ask("POST", "/v1/auth/signup", ACCOUNT)["access_token"]
    vault = owner.ask("POST", "/v1/vaults", {"name": "bench"})["id"]
    secrets = f"/v1/vaults/{vault}/secrets/"
    value = {"value": "0123456789abcdef0123456789abcdef"}
    together(count, lambda number: owner.ask("PUT", f"{secrets}bench/{number:05}", value))
    found = {"owner": owner.token, "vault": vault, "secrets": secrets, "value": json.dumps(value),
             "login": json.dumps(ACCOUNT)}
    for grants in (1, 100, 1000):
        made = owner.ask("POST", "/v1/agents", {"name": f"with {grants}"})
        to = {"principal_type": "agent", "principal_id": made["agent"]["id"], "permissions": ["read"]}
        policies = f"/v1/vaults/{vault}/policies"
        owner.ask("POST", policies, {**to, "secret_path_pattern": "bench/*"})
        together(grants - 1, lambda number: owner.ask(
            "POST", policies, {**to, "secret_path_pattern": f"other/{number}/**"}))
        key = {"api_key": made["api_key"]}
        found[f"agent_{grants}"] = owner.ask("POST", "/v1/auth/agent-token", key)["access_token"]
        found.setdefault("agent_key", json.dumps(key))
    secret = owner.ask("GET", f"{secrets}bench/00000")["id"]
    share = {"recipient_type": "anyone_with_link", "expires_in_hours": 1, "notify": False}
    found["share"] = owner.ask("POST", f"/v1/secrets/{secret}/share", share)["id"]
    lines = [f"local {name} = {json.dumps(text)}" for name, text in found.items()]
    return "\n".join([f"local count = {count}", *lines])


def measure(server, script, connections, seconds):
    cpu, counters = server.cpu_seconds(), server.counters()
    threads = str(min(connections, 2))
    output = subprocess.run(
        ["wrk", "-t", threads, "-c", str(connections), "-d", f"{seconds}s", "-s", script,
         f"http://{server.api}"], capture_output=True, text=True, check=True, timeout=seconds + 30).stdout
    cpu = server.cpu_seconds() - cpu
    counted = [after - before for before, after in zip(counters, server.counters())]
    requests, micros, p50, p99, refused, broken = map(int, re.search(r"RESULT (.*)", output).group(1).split())
    assert requests and refused == 0 and broken == 0, (script, output)
    return {"rate": requests / (micros / 1e6), "p50": p50, "p99": p99, "cpu": cpu * 1e6 / requests,
            "requests": requests, **dict(zip(COUNTERS, counted))}


def line(store, name, connections, figure, constant):
    reads, writes = (figure[f"store_{kind}_round_trips"] / figure["requests"] for kind in ("read", "write"))
    commits = figure["journal_commits"]
    events = f"{figure['journal_events'] / commits:.1f}" if commits and name != "constant" else ""
    trips = " | " if name == "constant" else f"{reads:.2f} | {writes:.2f}"
    return (f"| {store} | {name} | {connections} | {figure['rate']:,.0f} | {figure['p50']:,} | {figure['p99']:,} | "
            f"{figure['cpu']:.0f} | {figure['rate'] / constant['rate']:.3f} | {trips} | {events} |")


def run(store, database_url, options):
    server = Server(options.server, database_url)
    try:
        given = seed(server, options.secrets)
        scripts = {}
        for number, (name, request) in enumerate(ROUTES.items()):
            scripts[name] = os.path.join(server.folder.name, f"{number}.lua")
            with open(scripts[name], "w") as file:
                file.write(WRK % (given, request))
        measure(server, scripts["read"], 16, 2)  # warm: files, caches, connections
        constant = {}
        for name in options.routes or ROUTES:
            for connections in CONNECTIONS.get(name, OTHERS):
                if connections not in constant:
                    constant[connections] = measure(server, scripts["constant"], connections, options.seconds)
                figure = constant[connections] if name == "constant" else measure(
                    server, scripts[name], connections, options.seconds)
                print(line(store, name, connections, figure, constant[connections]), flush=True)
    finally:
        server.stop()


def machine():
    with open("/proc/cpuinfo") as file:
        models = re.findall(r"model name\s*: (.*)", file.read())
    return f"{os.cpu_count()} cores ({models[0] if models else platform.machine()})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="the binary to measure")
    parser.add_argument("--seconds", type=int, default=5, help="per measurement (default 5)")
    parser.add_argument("--secrets", type=int, default=10_000, help="secrets to seed, whole hundreds (default 10,000)")
    parser.add_argument("--store", choices=("sqlite", "postgres"), action="append", help="only this store")
    parser.add_argument("--routes", nargs="*", choices=list(ROUTES), help="only these routes")
    options = parser.parse_args()
    print(f"{machine()}; wrk, the server and the database share them\n")
    print("| store | route | connections | requests/s | p50 \u00b5s | p99 \u00b5s | server CPU \u00b5s | of constant | "
          "reads a request | writes a request | events a commit |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    urls = {"sqlite": None, "postgres": os.environ["ONECLAW_TEST_DATABASE_URL"]}
    for store in options.store or urls:
        run(store, urls[store], options)


main()
