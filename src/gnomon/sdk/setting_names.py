"""Other names under which settings are accepted, and names that are accepted for old scripts' sake."""

from __future__ import annotations


def _names(*lines: str) -> frozenset[str]:
    return frozenset(name for line in lines for name in line.split())


ALIASES = {
    "dir": "root_dir",
    "run_dir": "root_dir",
    "id": "run_id",
    "name": "run_name",
    "notes": "run_notes",
    "tags": "run_tags",
    "group": "run_group",
    "job_type": "run_job_type",
    "x_primary_node": "x_primary",
    "app_url_override": "app_url",
    "x_file_stream_timeout_seconds": "http_timeout",
    "_disable_stats": "x_disable_stats",
    "_disable_meta": "x_disable_meta",
    "_stats_sampling_interval": "x_stats_sampling_interval",
}
"""Other names under which a setting is accepted."""

WITHOUT_EFFECT = _names(
    # Insides of another client's helper process, of which there is none here.
    "start_method _start_method _service_wait x_service_wait x_service_transport _executable x_executable ",
    "x_internal_check_process x_flow_control_custom x_flow_control_disabled x_network_buffer x_log_level x_sync ",
    "x_sync_dir_suffix x_cli_only_mode x_files_dir x_start_time x_runqueue_item_id x_server_side_derived_summary ",
    "x_history_value_encoding x_transaction_log_flush_interval x_stats_buffer_size x_stats_self_usage _except_exit ",
    # The journal is how rows reach the server; there is no other way that could be without it.
    "x_skip_transaction_log use_dot_wandb symlink x_live_policy_rate_limit ",
    # Console lines are rows of their own; no file of them is uploaded.
    "console_multipart console_chunk_max_bytes console_chunk_max_seconds ",
    # Rows are tried again until they are taken, in requests as large as the line carries.
    "x_file_stream_max_bytes x_file_stream_max_line_bytes x_file_stream_no_gzip x_file_stream_retry_max ",
    "x_file_stream_retry_wait_min_seconds x_file_transfer_retry_max x_file_transfer_retry_wait_min_seconds ",
    "x_file_transfer_retry_wait_max_seconds x_file_transfer_timeout_seconds x_graphql_retry_max ",
    "x_graphql_retry_wait_min_seconds x_graphql_retry_wait_max_seconds x_graphql_timeout_seconds x_proxies ",
    # What is printed, and how.
    "show_errors show_colors show_emoji summary_errors summary_timeout summary_warnings ",
    "max_end_of_run_history_metrics max_end_of_run_summary_metrics disable_hints strict ",
    # Services Gnomon has nothing to do with.
    "disable_job_creation job_name job_source launch launch_config_path label_disable sagemaker_disable ",
    "organization anonymous force relogin login_timeout deployment settings_system settings_workspace ",
    "identity_token_file credentials_file azure_account_url_to_access_key allow_offline_artifacts x_disable_viewer ",
    "x_stats_neuron_monitor_config_path x_stats_dcgm_exporter x_stats_coreweave_metadata_base_url ",
    "x_stats_coreweave_metadata_endpoint disable_git_fork_point x_jupyter_name x_jupyter_path x_jupyter_root ",
    "resumed program_abspath program_relpath",
)
"""Names scripts in the wild give that speak of the insides of another client; accepted, and nothing follows."""
