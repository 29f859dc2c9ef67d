from agentflow_lint.model.environment import EnvFileUse, Environment
from agentflow_lint.model.values import ABSENT, Known, Origin, Unknown

IMAGE = Origin("ENV in Dockerfile")
FILE = Origin("env file .env")


def environment(process=None, file=None, status="loaded", provided=()):
    layers = ({name: Known(value, IMAGE) for name, value in process.items()},) if process else ()
    values = {name: Known(value, FILE) for name, value in (file or {}).items()}
    return Environment(
        layers,
        EnvFileUse(status, ".env", ".env", "why", None, values),
        {name: Origin("named in .env.example") for name in provided},
    )


def test_the_env_file_does_not_override_the_process():
    value = environment({"MODE": "production"}, {"MODE": "development"}).get("MODE")
    assert isinstance(value, Known)
    assert value.value == "production"
    assert [hidden.value for hidden in value.overrode if isinstance(hidden, Known)] == ["development"]


def test_even_an_empty_process_variable_hides_the_file():
    value = environment({"ORIGINS": ""}, {"ORIGINS": "https://a.b"}).get("ORIGINS")
    assert isinstance(value, Known)
    assert value.value == ""


def test_a_late_file_reaches_the_graph_and_not_the_settings():
    late = environment(file={"MODE": "production"}, status="late")
    assert late.get("MODE", "runtime") == Known("production", FILE)
    assert late.setting("MODE") is ABSENT


def test_a_file_that_is_not_in_the_image_supplies_nothing():
    assert environment(file={"MODE": "production"}, status="not-deployed").get("MODE") is ABSENT


def test_settings_ignore_case_and_os_environ_does_not():
    lower = environment(file={"mode": "production"})
    assert isinstance(lower.setting("MODE"), Known)
    assert lower.get("MODE") is ABSENT


def test_the_spelling_that_came_last_wins_for_a_setting():
    value = environment({"MODE": "development"}, {"mode": "production"}).setting("MODE")
    assert isinstance(value, Known)
    assert value.value == "production"


def test_of_two_spellings_in_the_file_the_later_one_wins():
    file = {"ORIGINS": "*", "origins": "https://a.b"}
    value = environment(file=file).setting("ORIGINS")
    assert isinstance(value, Known)
    assert value.value == "https://a.b"
    assert [hidden.value for hidden in value.overrode if isinstance(hidden, Known)] == ["*"]
    turned = environment(file=dict(reversed(file.items()))).setting("origins")
    assert isinstance(turned, Known)
    assert turned.value == "*"


def test_a_provided_name_is_unknown_unless_a_layer_has_it():
    both = environment({"MODE": "production"}, status="missing", provided=("MODE", "ORIGINS"))
    assert isinstance(both.setting("MODE"), Known)
    assert isinstance(both.setting("ORIGINS"), Unknown)
    assert both.setting("DOCS_PATH") is ABSENT


def test_everything_is_unknown_below_an_env_file_that_cannot_be_read():
    unknown = environment({"MODE": "production"}, status="unknown")
    assert isinstance(unknown.setting("MODE"), Known)
    assert unknown.setting("ORIGINS") == Unknown("why")


def test_the_higher_layer_wins():
    layers = ({"A": Known("high", Origin("compose"))}, {"A": Known("low", IMAGE), "B": Known("b", IMAGE)})
    stacked = Environment(layers)
    assert stacked.get("A").value == "high"  # type: ignore[union-attr]
    assert stacked.get("B").value == "b"  # type: ignore[union-attr]
    assert stacked.names() == ("A", "B")


def test_what_the_process_hides_is_listed():
    hidden = list(environment({"MODE": "production"}, {"MODE": "development", "A": "1"}).hidden_by_process())
    assert [(name, mine.value) for name, mine, _ in hidden] == [("MODE", "development")]
