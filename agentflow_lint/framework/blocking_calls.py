"""Calls that keep the thread they run in waiting, by the dotted names under which Python code reaches them.

A name is written as the calls that lead to it are: ``requests.Session().get`` is ``get`` of what ``requests.Session()``
returns. The libraries are told apart by what they wait for, and by whether they give up on their own:

- ``requests`` (every release) waits without end unless ``timeout=`` is given, and a Session has no setting for it.
- ``urllib`` and ``http.client`` take the socket module's default, which is none unless ``socket.setdefaulttimeout()``
  sets one.
- ``httpx`` gives up after 5 seconds without an answer unless ``timeout=None`` (httpx/_config.py,
  DEFAULT_TIMEOUT_CONFIG); the SDKs of OpenAI and Anthropic after 600. ``aiohttp`` is async and gives up after 300.
"""

from __future__ import annotations

from typing import Literal

from agentflow_lint.records import record

#: Without ``timeout=`` there is none (unless the socket module has a default); there is one unless ``timeout=None``; or
#: this call does not show it, because the constructor of its client may have set it.
Patience = Literal["endless", "endless-unless-default", "limited", ""]


@record(frozen=True)
class Blocking:
    """A family of calls: ``waits_for`` in words, ``instead`` what to write in async code.

    ``patience`` says what happens without an answer; ``timeout_at`` is the position of the parameter ``timeout``.
    ``is_model`` marks the call of a language model.
    """

    waits_for: str
    instead: str
    patience: Patience = ""
    timeout_at: int | None = None
    is_model: bool = False


_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_OR_THREAD = ", or run it with `asyncio.to_thread()`"

_REQUESTS = Blocking("an HTTP answer", "await `httpx.AsyncClient`" + _OR_THREAD, "endless")
_HTTPX = Blocking("an HTTP answer", "await `httpx.AsyncClient`", "limited")
_URLOPEN = Blocking("an HTTP answer", _REQUESTS.instead, "endless-unless-default", timeout_at=2)
_CLIENT = Blocking("an HTTP answer", _REQUESTS.instead)
_SLEEP = Blocking("nothing but time", "await `asyncio.sleep()`")
_PROCESS = Blocking("another process", "await `asyncio.create_subprocess_exec()`" + _OR_THREAD)
_POSTGRES = Blocking("the database", "await `asyncpg`" + _OR_THREAD)
_PSYCOPG = Blocking("the database", "await `psycopg.AsyncConnection`" + _OR_THREAD)
_MYSQL = Blocking("the database", "await `asyncmy` or `aiomysql`" + _OR_THREAD)
_SQLITE = Blocking("the database file", "await `aiosqlite`" + _OR_THREAD)
_SQLALCHEMY = Blocking("the database", "await SQLAlchemy's `create_async_engine()`" + _OR_THREAD)
_REDIS = Blocking("Redis", "await `redis.asyncio`")
_MONGO = Blocking("MongoDB", "await `pymongo.AsyncMongoClient`" + _OR_THREAD)
_AWS = Blocking("AWS", "await `aioboto3`" + _OR_THREAD)
_MAIL = Blocking("the mail server", "await `aiosmtplib`" + _OR_THREAD)
_SOCKET = Blocking("the network", "await `asyncio.open_connection()`")
_INPUT = Blocking("somebody at the terminal", "take it from the request: a server has no terminal")
_FUTURE = Blocking("another thread", "await `loop.run_in_executor()`")


def _model(instead: str) -> Blocking:
    return Blocking("the language model", instead + _OR_THREAD, "limited", is_model=True)


#: Functions that block by being called.
FUNCTIONS: dict[str, Blocking] = {
    "time.sleep": _SLEEP,
    **{f"requests.{verb}": _REQUESTS for verb in _VERBS},
    **{f"requests.api.{verb}": _REQUESTS for verb in _VERBS},
    **{f"httpx.{verb}": _HTTPX for verb in (*_VERBS, "stream")},
    "urllib.request.urlopen": _URLOPEN,
    "urllib.request.urlretrieve": Blocking("an HTTP answer", _REQUESTS.instead),
    "urllib3.request": Blocking("an HTTP answer", _REQUESTS.instead, "endless-unless-default"),
    **{f"subprocess.{name}": _PROCESS for name in ("run", "call", "check_call", "check_output", "getoutput")},
    "subprocess.getstatusoutput": _PROCESS,
    "os.system": _PROCESS,
    "os.popen": _PROCESS,
    "psycopg2.connect": _POSTGRES,
    "psycopg.connect": _PSYCOPG,
    "psycopg.Connection.connect": _PSYCOPG,
    "pymysql.connect": _MYSQL,
    "MySQLdb.connect": _MYSQL,
    "mysql.connector.connect": _MYSQL,
    "sqlite3.connect": _SQLITE,
    "socket.create_connection": _SOCKET,
    "socket.getaddrinfo": _SOCKET,
    "socket.gethostbyname": _SOCKET,
    "builtins.input": _INPUT,
    **{f"litellm.{name}": _model("await `litellm.acompletion()`") for name in ("completion", "text_completion")},
    "litellm.responses": _model("await `litellm.aresponses()`"),
    "litellm.embedding": _model("await `litellm.aembedding()`"),
    **{f"ollama.{name}": _model("await `ollama.AsyncClient`") for name in ("chat", "generate", "embed", "embeddings")},
}

#: Methods that block, by what the object comes from; an empty set stands for every method, at any depth.
METHODS: dict[str, tuple[frozenset[str], Blocking]] = {
    **{name: (frozenset({*_VERBS, "send"}), _REQUESTS) for name in ("requests.Session", "requests.session")},
    "requests.sessions.Session": (frozenset({*_VERBS, "send"}), _REQUESTS),
    "httpx.Client": (frozenset({*_VERBS, "send", "stream"}), _HTTPX),
    "urllib3.PoolManager": (frozenset({"request", "urlopen", "request_encode_body", "request_encode_url"}), _CLIENT),
    "http.client.HTTPConnection": (frozenset({"request", "getresponse", "connect", "send"}), _CLIENT),
    "http.client.HTTPSConnection": (frozenset({"request", "getresponse", "connect", "send"}), _CLIENT),
    "subprocess.Popen": (frozenset({"wait", "communicate"}), _PROCESS),
    "redis.Redis": (frozenset(), _REDIS),
    "redis.StrictRedis": (frozenset(), _REDIS),
    "redis.from_url": (frozenset(), _REDIS),
    "redis.Redis.from_url": (frozenset(), _REDIS),
    "redis.cluster.RedisCluster": (frozenset(), _REDIS),
    "redis.RedisCluster": (frozenset(), _REDIS),
    "sqlalchemy.create_engine": (frozenset({"connect", "begin", "execute", "scalar", "scalars"}), _SQLALCHEMY),
    "sqlalchemy.orm.Session": (
        frozenset({"execute", "scalar", "scalars", "get", "commit", "flush", "query"}),
        _SQLALCHEMY,
    ),
    **{
        connect: (frozenset({"execute", "executemany", "executescript", "commit", "rollback"}), blocking)
        for connect, blocking in {
            "psycopg2.connect": _POSTGRES,
            "psycopg.connect": _PSYCOPG,
            "pymysql.connect": _MYSQL,
            "MySQLdb.connect": _MYSQL,
            "mysql.connector.connect": _MYSQL,
            "sqlite3.connect": _SQLITE,
        }.items()
    },
    "pymongo.MongoClient": (
        frozenset(
            {
                *("find_one", "insert_one", "insert_many", "update_one", "update_many", "delete_one", "delete_many"),
                *("count_documents", "distinct", "bulk_write", "find_one_and_update", "replace_one", "command"),
            }
        ),
        _MONGO,
    ),
    "boto3.client": (frozenset(), _AWS),
    "boto3.Session": (frozenset(), _AWS),
    "boto3.session.Session": (frozenset(), _AWS),
    "smtplib.SMTP": (frozenset({"sendmail", "send_message", "login", "connect", "starttls"}), _MAIL),
    "smtplib.SMTP_SSL": (frozenset({"sendmail", "send_message", "login", "connect"}), _MAIL),
    "concurrent.futures.ThreadPoolExecutor": (frozenset({"result"}), _FUTURE),
    "concurrent.futures.ProcessPoolExecutor": (frozenset({"result"}), _FUTURE),
    **{
        client: (frozenset({"create", "parse", "stream", "generate", "edit", "retrieve"}), _model(f"await `{other}`"))
        for client, other in {
            "openai.OpenAI": "openai.AsyncOpenAI",
            "openai.AzureOpenAI": "openai.AsyncAzureOpenAI",
            "anthropic.Anthropic": "anthropic.AsyncAnthropic",
            "groq.Groq": "groq.AsyncGroq",
        }.items()
    },
    "google.genai.Client": (
        frozenset({"generate_content", "generate_content_stream", "embed_content", "count_tokens"}),
        _model("await the client's `.aio`"),
    ),
    "google.generativeai.GenerativeModel": (
        frozenset({"generate_content", "count_tokens"}),
        _model("await `generate_content_async()`"),
    ),
    "cohere.Client": (frozenset({"chat", "embed", "rerank", "generate"}), _model("await `cohere.AsyncClient`")),
    "cohere.ClientV2": (frozenset({"chat", "embed", "rerank"}), _model("await `cohere.AsyncClientV2`")),
    "mistralai.Mistral": (frozenset({"complete", "stream", "process"}), _model("await `complete_async()`")),
    "ollama.Client": (frozenset({"chat", "generate", "embed", "embeddings"}), _model("await `ollama.AsyncClient`")),
}

#: What leads from a client to its async half.
_ASYNC_HALVES = frozenset({"aio"})
#: What only prepares a request (pipelines, collections, sub-clients) blocks nothing by itself.
_PREPARES = frozenset({"pipeline", "lock", "pubsub", "register_script", "client", "resource", "close"})

#: Awaited calls of a language model, by their dotted names: the last part is enough for a client of these.
_ASYNC_MODEL_FUNCTIONS = frozenset({"litellm.acompletion", "litellm.aresponses", "litellm.atext_completion"})
_ASYNC_MODEL_CLIENTS: dict[str, frozenset[str]] = {
    "openai.AsyncOpenAI": frozenset({"create", "parse", "stream"}),
    "openai.AsyncAzureOpenAI": frozenset({"create", "parse", "stream"}),
    "anthropic.AsyncAnthropic": frozenset({"create", "stream"}),
    "anthropic.AsyncAnthropicVertex": frozenset({"create", "stream"}),
    "anthropic.AsyncAnthropicBedrock": frozenset({"create", "stream"}),
    "groq.AsyncGroq": frozenset({"create"}),
    "google.genai.Client": frozenset({"generate_content", "generate_content_stream"}),
    "google.generativeai.GenerativeModel": frozenset({"generate_content_async"}),
    "cohere.AsyncClient": frozenset({"chat", "generate"}),
    "cohere.AsyncClientV2": frozenset({"chat"}),
    "mistralai.Mistral": frozenset({"complete_async", "stream_async"}),
    "ollama.AsyncClient": frozenset({"chat", "generate"}),
}

#: Functions that run another one in a thread, and the position of that argument.
OFFLOADS: dict[str, int] = {
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "starlette.concurrency.run_in_threadpool": 0,
    "fastapi.concurrency.run_in_threadpool": 0,
    "asgiref.sync.sync_to_async": 0,
}
#: Methods that do, whatever event loop or executor they belong to.
OFFLOADING_METHODS: dict[str, int] = {"run_in_executor": 1, "submit": 0}
#: What runs a coroutine in another event loop than the server's.
OTHER_LOOPS = frozenset({"asyncio.run", "asyncio.run_coroutine_threadsafe", "anyio.run", "anyio.from_thread.run"})

#: What sets a limit around what is awaited inside.
LIMITS = frozenset({"asyncio.wait_for", "asyncio.timeout", "anyio.fail_after", "anyio.move_on_after"})

#: Clients to be awaited that give up by default, unless they are told ``timeout=None``.
PATIENT_CLIENTS = frozenset({"httpx.AsyncClient", "httpx.Client"})

#: Decorators after which a call still runs the function, in the same thread.
TRANSPARENT_DECORATORS = frozenset(
    {
        *("tenacity.retry", "backoff.on_exception", "backoff.on_predicate", "stamina.retry", "functools.wraps"),
        *("cachetools.cached", "async_lru.alru_cache", "langsmith.traceable", "logfire.instrument"),
        *("langfuse.observe", "contextlib.contextmanager", "contextlib.asynccontextmanager", "pydantic.validate_call"),
    }
)


def blocking_call(dotted: str) -> Blocking | None:
    """What a call of ``dotted`` waits for, None for one that is not known to block."""
    if dotted in FUNCTIONS:
        return FUNCTIONS[dotted]
    origin, _, path = dotted.partition("()")
    methods, blocking = METHODS.get(origin, (frozenset(), None))
    parts = path.replace("()", "").strip(".").split(".")
    if blocking is None or not path or _ASYNC_HALVES & set(parts):
        return None
    last = parts[-1]
    if methods:
        return blocking if last in methods else None
    return None if last in _PREPARES or last.startswith("_") or not last else blocking


def is_model_call(dotted: str) -> bool:
    """Whether a call of ``dotted`` is one of a language model, awaited or not."""
    blocking = blocking_call(dotted)
    if blocking is not None:
        return blocking.is_model
    if dotted in _ASYNC_MODEL_FUNCTIONS:
        return True
    origin, _, path = dotted.partition("()")
    return path.rpartition(".")[2] in _ASYNC_MODEL_CLIENTS.get(origin, frozenset())
