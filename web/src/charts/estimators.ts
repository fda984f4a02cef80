/**
 * Charts of scikit-learn's estimators, which older parts of the official client name by an id alone: which of the plain
 * charts each is, and which columns of its table it draws. Pure.
 */

export interface Plain {
  /** One of the plain charts, by the name it has without owner and version. */
  kind: string;
  fields: Record<string, string>;
}

export const ESTIMATOR_CHARTS: Record<string, Plain> = {
  calibration: {
    kind: "line",
    fields: { x: "mean_predicted_value", y: "fraction_of_positives", stroke: "model" },
  },
  class_proportions: { kind: "bar", fields: { label: "class", value: "count", group: "dataset" } },
  confusion_matrix: {
    kind: "confusion_matrix",
    fields: { Actual: "Actual", Predicted: "Predicted", nPredictions: "Count" },
  },
  decision_boundaries: { kind: "scatter", fields: { x: "x", y: "y", stroke: "color" } },
  elbow: { kind: "line", fields: { x: "cluster_ranges", y: "errors" } },
  feature_importances: { kind: "bar", fields: { label: "feature_names", value: "importances" } },
  learning_curve: { kind: "line", fields: { x: "train_size", y: "score", stroke: "dataset" } },
  metrics: { kind: "bar", fields: { label: "metric_name", value: "metric_value" } },
  outliers: { kind: "scatter", fields: { x: "instance_indicies", y: "distance" } },
  residuals_plot: { kind: "scatter", fields: { x: "y_pred", y: "residuals", stroke: "dataset" } },
  silhouette_: { kind: "scatter", fields: { x: "x", y: "y", stroke: "colors" } },
};
