"""What `init()` hands to the shipper: the content of `ship.json`."""

from __future__ import annotations

import os
import sys
from typing import Any

from gnomon.model.secrets import mask_secrets
from gnomon.sdk import begun
from gnomon.sdk.resuming import Meant, Who
from gnomon.sdk.run.facts import About
from gnomon.sdk.settings import Settings


def program(held: Settings) -> str:
    """The script or notebook that runs, as it is recorded."""
    return held.program or held.notebook_name or begun.program()


def ship_settings(about: About, held: Settings, run: Meant, who: Who) -> dict[str, Any]:
    """The content of `ship.json`. Never the API key."""
    return {
        "base_url": held.base_url,
        "mode": held.mode,
        "entity": about.entity,
        "project": about.project,
        "run": about.id,
        "pid": os.getpid(),
        "pid_started": begun.process_started(),
        "label": who.label,
        "primary": who.primary,
        "branch": run.branch,
        "heartbeat_secs": held.heartbeat_seconds,
        "gap_secs": held.x_file_stream_transmit_interval,
        "answer_secs": held.http_timeout,
        "pause_secs": held.x_file_stream_retry_wait_max_seconds,
        "live_secs": held.x_live_policy_wait_time,
        "stop_on_fatal": held.stop_on_fatal_error,
        "max_bytes": int(held.max_disk_gb * 1e9),
        "ignore": held.ignore_globs,
        "cwd": os.getcwd(),
        "program": program(held),
        "argv": mask_secrets(sys.argv[1:]),
        "save_code": held.save_code and not held.disable_code and who.primary,
        "disable_git": held.disable_git or not who.primary,
        "disable_meta": held.x_disable_meta or not who.primary,
        "disable_machine": held.x_disable_machine_info,
        "disable_stats": held.x_disable_stats or held.x_disable_machine_info,
        "requirements": held.x_save_requirements,
        "stats": _stats(held),
        "recorded": _recorded(held),
    }


def _stats(held: Settings) -> dict[str, Any]:
    said = {
        "interval_secs": held.x_stats_sampling_interval,
        "pid": held.x_stats_pid,
        "tree": held.x_stats_track_process_tree,
        "disks": held.x_stats_disk_paths,
        "gpus": held.x_stats_gpu_device_ids,
        "whole_machine": held.x_stats_no_cgroup,
        "endpoints": held.x_stats_open_metrics_endpoints,
        "filters": held.x_stats_open_metrics_filters,
        "headers": held.x_stats_open_metrics_http_headers,
    }
    return {name: value for name, value in said.items() if value is not None}


def _recorded(held: Settings) -> dict[str, Any]:
    """What stands in the metadata in place of what the machine says."""
    said = {
        "commit": held.git_commit,
        "remote": held.git_remote if held.git_remote != "origin" else None,
        "remote_url": held.git_remote_url,
        "git_root": held.git_root,
        "docker": held.docker,
        "username": held.username,
        "email": held.email,
        "cpu_count": held.x_stats_cpu_count,
        "cpu_count_logical": held.x_stats_cpu_logical_count,
        "gpu_count": held.x_stats_gpu_count,
        "gpu": held.x_stats_gpu_type,
    }
    return {name: value for name, value in said.items() if value is not None}
