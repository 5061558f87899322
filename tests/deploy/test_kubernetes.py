"""The manifests: by the schemas of Kubernetes, as kustomize puts them together, and by what the connector needs."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from evce_connector.config import parse
from evce_connector.config.variables import unread
from evce_connector.portal.rights import PUBLIC

from tests.support.portal import shown_pages

Manifest = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "reference" / "deploy" / "kubernetes"
DOCKERFILE = (FOLDER.parent / "container" / "Dockerfile").read_text(encoding="utf-8")
SITES = ("north", "south")
PLAIN = sorted(path.name for path in (FOLDER / "site").glob("*.yaml") if path.stem != "kustomization")


def plain(name: str) -> Manifest:
    manifest: Manifest = yaml.safe_load((FOLDER / "site" / name).read_text(encoding="utf-8"))
    return manifest


@cache
def put_together(folder: str) -> list[Manifest]:
    """Return what kustomize makes of a folder."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl, which has kustomize in it, is not on this machine")
    command = [kubectl, "kustomize", str(FOLDER / folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)  # noqa: S603 - found above
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load_all(done.stdout))


def of_kind(kind: str, folder: str = "fleet") -> dict[str, Manifest]:
    return {one["metadata"]["name"]: one for one in put_together(folder) if one["kind"] == kind}


def pod(deployment: Manifest) -> Manifest:
    spec: Manifest = deployment["spec"]["template"]["spec"]
    return spec


def container(deployment: Manifest) -> Manifest:
    (only,) = pod(deployment)["containers"]
    return dict(only)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_manifest_is_as_kubernetes_wants_it(name: str) -> None:
    kubernetes_validate.validate(plain(name), kubernetes_validate.latest_version(), strict=True)


def test_a_site_is_all_that_stands_in_its_folder() -> None:
    listed = yaml.safe_load((FOLDER / "site" / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(listed) == PLAIN


@pytest.mark.parametrize("folder", ["site", "fleet"])
def test_what_kustomize_puts_together_is_as_kubernetes_wants_it(folder: str) -> None:
    manifests = put_together(folder)
    assert len(manifests) == {"site": 5, "fleet": 8}[folder]
    for manifest in manifests:
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


def test_there_is_never_a_second_connector_beside_the_first() -> None:
    spec = plain("deployment.yaml")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_the_user_is_that_of_the_image_and_has_no_rights_of_roots() -> None:
    deployment = plain("deployment.yaml")
    of_pod, of_container = pod(deployment)["securityContext"], container(deployment)["securityContext"]
    ((user, group),) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert (of_pod["runAsNonRoot"], of_pod["runAsUser"], of_pod["runAsGroup"]) == (True, int(user), int(group))
    assert of_pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert of_container == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_connector_writes_into_its_data_and_passing_files_alone() -> None:
    mounts = container(plain("deployment.yaml"))["volumeMounts"]
    assert {mount["mountPath"] for mount in mounts if not mount.get("readOnly")} == {"/var/lib/evce-connector", "/tmp"}  # noqa: S108 - in the container


def test_each_probe_asks_a_page_that_is_there_without_a_login(tmp_path: Path, empty_database: Path) -> None:
    deployment = container(plain("deployment.yaml"))
    probes = [deployment[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    with shown_pages(tmp_path, empty_database) as shown:
        rules = {rule.rule: rule.endpoint for rule in shown.portal.app.url_map.iter_rules()}
    assert {rules[probe["path"]] for probe in probes} <= PUBLIC
    assert {(probe["port"], probe["scheme"]) for probe in probes} == {("pages", "HTTPS")}


def test_a_controller_that_is_lost_ends_neither_the_connector_nor_its_service() -> None:
    deployment = container(plain("deployment.yaml"))
    assert {deployment[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")} == {"/health/live"}


def test_ports_are_those_that_the_image_listens_at() -> None:
    named = {port["name"]: port["containerPort"] for port in container(plain("deployment.yaml"))["ports"]}
    exposed = re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)[0].split()
    assert {str(port) for port in named.values()} == set(exposed)
    service = plain("service.yaml")["spec"]["ports"]
    assert {port["targetPort"]: port["port"] for port in service} == named


def configured(config_map: Manifest, variables: dict[str, str]) -> tuple[str, set[str], str]:
    """Return where a site's data is, the files of its passwords, and the site's name for the database."""
    configuration = parse(tomllib.loads(config_map["data"]["evce-connector.toml"]), variables)
    files = {str(configuration.evce.password_file), str(configuration.ews.password_file)}
    return configuration.storage.url, files, configuration.storage.site or ""


def test_a_site_reads_its_passwords_where_the_secret_is_mounted() -> None:
    mounts = {mount["name"]: mount["mountPath"] for mount in container(plain("deployment.yaml"))["volumeMounts"]}
    _, files, _ = configured(plain("configmap.yaml"), {})
    assert files == {f"{mounts['passwords']}/{key}" for key in plain("secret.yaml")["stringData"]}


def test_each_site_of_a_fleet_has_its_own_schema_of_one_postgresql() -> None:
    found = {}
    for name, deployment in of_kind("Deployment").items():
        given = {one["name"]: one.get("value", "") for one in container(deployment)["env"]}
        variables = {key: value for key, value in given.items() if key.endswith("STORAGE_URL")}
        assert list(unread(variables)) == []
        url, _, site = configured(of_kind("ConfigMap")[name], variables)
        found[name] = url.partition("@")[2].partition("?")[0], site
    assert found == {f"evce-connector-{site}": ("db.example:5432/evce", site) for site in SITES}


def test_each_site_of_a_fleet_has_its_own_names_and_secrets() -> None:
    for name, deployment in of_kind("Deployment").items():
        volumes = {volume["name"]: volume for volume in pod(deployment)["volumes"]}
        assert volumes["configuration"]["configMap"]["name"] == name
        assert volumes["passwords"]["secret"]["secretName"] == name
        assert {
            one["valueFrom"]["secretKeyRef"]["name"] for one in container(deployment)["env"] if "valueFrom" in one
        } == {name}
        assert (
            of_kind("Service")[name]["spec"]["selector"].items()
            <= deployment["spec"]["template"]["metadata"]["labels"].items()
        )
        wanted = {one["valueFrom"]["secretKeyRef"]["key"] for one in container(deployment)["env"] if "valueFrom" in one}
        assert wanted <= set(of_kind("Secret")[name]["stringData"])
    selectors = [tuple(sorted(one["spec"]["selector"].items())) for one in of_kind("Service").values()]
    assert len(set(selectors)) == len(SITES)


def test_a_site_of_a_fleet_has_no_volume_of_its_own() -> None:
    assert of_kind("PersistentVolumeClaim") == {}
    for deployment in of_kind("Deployment").values():
        (data,) = [volume for volume in pod(deployment)["volumes"] if volume["name"] == "data"]
        assert set(data) == {"name", "emptyDir"}


@pytest.mark.parametrize("folder", ["site", "fleet"])
def test_manifests_hold_no_password(folder: str) -> None:
    assert {value for one in of_kind("Secret", folder).values() for value in one["stringData"].values()} == {
        "CHANGE-ME"
    }
