"""deploy/kubernetes.yaml is valid for Kubernetes and fits the site's settings."""

import re

import kubernetes_validate
import pytest
import yaml
from serving import ROOT

from app import config

MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8")))


def one(kind, name="faceit"):
    [found] = [each for each in MANIFESTS if each["kind"] == kind and each["metadata"]["name"] == name]
    return found


POD = one("Deployment")["spec"]["template"]
[SITE] = POD["spec"]["containers"]


def test_the_validator_sees_a_mistake():
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(one("Service") | {"speck": {}}, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: f"{each['kind']} {each['metadata']['name']}")
@pytest.mark.parametrize("version", ["1.32.0", kubernetes_validate.latest_version()])
def test_every_manifest_is_one_to_kubernetes(manifest, version):
    kubernetes_validate.validate(manifest, version, strict=True)


def test_its_variables_are_settings_of_the_site():
    given = {variable["name"]: variable["value"] for variable in SITE["env"]}
    assert config.foreign(given) == []
    settings = config.load(environ=given)
    assert settings["PROXIES"] == 1
    store = one("Service", "faceit-redis")
    assert settings["LIMITER_STORAGE"] == f"redis://{store['metadata']['name']}:{store['spec']['ports'][0]['port']}"
    assert POD["spec"]["enableServiceLinks"] is False


def test_its_probes_ask_what_the_site_answers(client):
    for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz"), ("startupProbe", "/readyz")):
        assert SITE[probe]["httpGet"] == {"path": path, "port": "http"}
        assert client.get(path).status_code == 200


def test_its_parts_name_each_other():
    labels = POD["metadata"]["labels"]
    assert one("Deployment")["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert one("Service")["spec"]["selector"].items() <= labels.items()
    assert one("Service")["spec"]["ports"][0]["targetPort"] == SITE["ports"][0]["name"]
    [rule] = one("Ingress")["spec"]["rules"]
    assert rule["http"]["paths"][0]["backend"]["service"] == {"name": "faceit", "port": {"name": "http"}}
    assert one("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == one("Deployment")["metadata"]["name"]


def test_it_runs_the_container_as_the_dockerfile_does_and_with_no_more_rights():
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    user, group = re.search(r"^USER (\d+):(\d+)", dockerfile, re.MULTILINE).groups()
    assert POD["spec"]["securityContext"]["runAsUser"] == int(user)
    assert POD["spec"]["securityContext"]["runAsGroup"] == int(group)
    assert f"EXPOSE {SITE['ports'][0]['containerPort']}" in dockerfile
    assert SITE["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
