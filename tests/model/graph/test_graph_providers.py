"""Providers and signatures by core release, as read in the releases' code."""

from __future__ import annotations

import pytest

from agentflow_lint.framework import core_names, providers
from agentflow_lint.framework.providers import UnsupportedProvider, provider_of


@pytest.mark.parametrize(
    ("version", "model", "provider", "vertex", "expected"),
    [
        ("0.10.3", "gemini-2.5-pro", None, False, "google"),
        ("0.10.3", "google/whatever", None, False, "google"),
        ("0.10.3", "gpt-4o", None, False, "openai"),
        ("0.10.3", "claude-sonnet", None, False, "anthropic"),
        ("0.10.3", "meta-llama/Llama-3", None, False, "openai"),
        ("0.10.3", "groq/gemini-pro", None, False, "google"),
        ("0.10.3", "x", "OpenAI", False, "openai"),
        ("0.10.3", "x", "mistral", False, UnsupportedProvider("mistral")),
        ("0.10.3", "gemini-2.5-pro", None, True, "vertex"),
        ("0.10.3", "gpt-4o", None, True, "vertex"),
        ("0.10.3", "openai/gpt-4o", None, True, "openai"),
        ("0.10.3", "claude-sonnet", None, True, "anthropic-vertex"),
        ("0.9.1", "claude-sonnet", None, False, "openai"),
        ("0.9.1", "openai/gpt-4o", None, True, "vertex"),
        ("0.9.1", "x", "anthropic", False, UnsupportedProvider("anthropic")),
        ("0.7.5.1", "gemini/gemini-pro", None, False, UnsupportedProvider("gemini")),
        ("0.7.5.1", "google/gemini-pro", None, False, "google"),
        ("0.7.5.1", "google/gemini-pro", None, True, "vertex"),
        ("0.7.5.1", "gemini-pro", None, True, "google"),
        ("0.7.2", "google/gemini-pro", None, True, "google"),
        ("0.6.3", "imagen-4", None, False, "google"),
        ("0.6.2", "imagen-4", None, False, "openai"),
    ],
)
def test_the_provider(
    version: str, model: str, provider: str | None, vertex: bool, expected: str | UnsupportedProvider
) -> None:
    assert provider_of(version, model, provider, vertex) == expected


def test_clients_are_built_from_0_5_8_on() -> None:
    assert not providers.builds_clients("0.5.7")
    assert providers.builds_clients("0.5.8")


@pytest.mark.parametrize(
    ("builder", "version", "expected"),
    [
        ("StateGraph", "0.10.3", ("checkpointer", "store", "media_store")),
        ("StateGraph", "0.6.7", ("checkpointer", "store", "interrupt_before")),
        ("ReactAgent", "0.10.3", ("checkpointer", "store", "interrupt_before")),
        ("ReactAgent", "0.7.4.8", ("main_node", "tool_node", "checkpointer")),
        ("RAGAgent", "0.7.4.8", ("retriever_node", "synthesize_node", "followup_condition")),
        ("AudioAgent", "0.10.3", ("checkpointer", "store", "callback_manager")),
    ],
)
def test_compile_parameters(builder: str, version: str, expected: tuple[str, ...]) -> None:
    assert core_names.compile_parameters(builder, version)[:3] == expected


@pytest.mark.parametrize("version", ["0.3.9", "0.6.7", "0.7.4.8", "0.7.4.9", "0.10.3"])
def test_every_builder_takes_a_checkpointer(version: str) -> None:
    for builder in core_names.BUILDERS:
        parameters = core_names.compile_parameters(builder, version)
        assert {"checkpointer", "store"} <= set(parameters)
        assert len(set(parameters)) == len(parameters)
