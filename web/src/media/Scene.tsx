/** Points and wire frames one can turn with the mouse; other 3D files are files. */
import { useQuery } from "@tanstack/react-query";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { readFileText } from "@/api/files";
import { inkOf } from "@/theme/colours";
import { useTheme } from "@/theme/theme";
import { count } from "@/ui/numbers";
import { useText } from "@/ui/text";
import { FileCard } from "./Item";
import { type Scene as Drawn, projected, sceneOfObj, sceneOfPoints } from "./scene";
import { readJson } from "./source";

const MOST_BYTES = 40_000_000;

export default function Scene({ path, address }: { path: string; address: string }) {
  const t = useText().media;
  const drawable = /\.(pts\.json|obj)$/i.test(path);
  const file = useQuery({
    queryKey: ["scene", address] as const,
    queryFn: async ({ signal }) => {
      const { text, whole } = await readFileText(address, MOST_BYTES, signal);
      if (!whole) return null;
      return /\.obj$/i.test(path) ? sceneOfObj(text) : sceneOfPoints(readJson(text));
    },
    staleTime: Number.POSITIVE_INFINITY,
    enabled: drawable,
    retry: false,
  });
  if (drawable && file.isPending) return <div className="md-wait" />;
  if (!file.data) return <FileCard path={path} address={address} why={t.sceneOther} />;
  return <Canvas scene={file.data} label={t.points(count(file.data.points.length / 3))} />;
}

function Canvas({ scene, label }: { scene: Drawn; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const [[turn, tilt, zoom], setView] = useState<[number, number, number]>([0.7, 0.45, 1]);
  const [[width, height], setSize] = useState<[number, number]>([0, 0]);
  const drag = useRef<[number, number] | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize([element.clientWidth, element.clientHeight]));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: inks are read anew when the theme changes.
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen || width === 0) return;
    const dots = window.devicePixelRatio || 1;
    element.width = width * dots;
    element.height = height * dots;
    pen.scale(dots, dots);
    paint(pen, scene, projected(scene, turn, tilt), width, height, zoom);
  }, [scene, turn, tilt, zoom, width, height, theme]);
  const move = (event: PointerEvent) => {
    if (!drag.current) return;
    const [x, y] = drag.current;
    drag.current = [event.clientX, event.clientY];
    setView(([a, b, c]) => [
      a + (event.clientX - x) * 0.01,
      Math.max(-1.57, Math.min(1.57, b + (event.clientY - y) * 0.01)),
      c,
    ]);
  };
  return (
    <div className="md-scene">
      <canvas
        ref={canvas}
        role="img"
        aria-label={label}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = [event.clientX, event.clientY];
        }}
        onPointerMove={move}
        onPointerUp={() => {
          drag.current = null;
        }}
        onDoubleClick={() => setView([0.7, 0.45, 1])}
        onWheel={(event) => {
          if (event.ctrlKey || event.shiftKey)
            setView(([a, b, c]) => [a, b, Math.max(0.3, c * (event.deltaY < 0 ? 1.1 : 0.9))]);
        }}
      />
      <span className="t3 num">{label}</span>
    </div>
  );
}

function paint(
  pen: CanvasRenderingContext2D,
  scene: Drawn,
  at: Float32Array,
  width: number,
  height: number,
  zoom: number,
): void {
  const scale = (Math.min(width, height) / 2.9) * zoom;
  const x = (point: number) => width / 2 + (at[point * 3] ?? 0) * scale;
  const y = (point: number) => height / 2 + (at[point * 3 + 1] ?? 0) * scale;
  pen.clearRect(0, 0, width, height);
  const ink = inkOf("--r1");
  const isMesh = scene.lines.length > scene.points.length / 3;
  pen.strokeStyle = isMesh ? ink : inkOf("--pointer");
  pen.globalAlpha = 0.7;
  pen.lineWidth = isMesh ? 0.8 : 1.4;
  pen.beginPath();
  for (const [a, b] of scene.lines) {
    pen.moveTo(x(a), y(a));
    pen.lineTo(x(b), y(b));
  }
  pen.stroke();
  pen.globalAlpha = 0.9;
  const points = scene.points.length / 3;
  if (isMesh) return;
  const size = points > 20_000 ? 1 : points > 2000 ? 1.6 : 2.6;
  const order = Array.from({ length: points }, (_, point) => point).sort(
    (a, b) => (at[b * 3 + 2] ?? 0) - (at[a * 3 + 2] ?? 0),
  );
  pen.fillStyle = ink;
  for (const point of order) {
    if (scene.colours)
      pen.fillStyle = `rgb(${scene.colours[point * 3]},${scene.colours[point * 3 + 1]},${scene.colours[point * 3 + 2]})`;
    pen.fillRect(x(point) - size / 2, y(point) - size / 2, size, size);
  }
}
