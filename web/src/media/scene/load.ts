/** A file of something in three dimensions, as a model to show. */
import {
  type BufferGeometry,
  DoubleSide,
  type Group,
  LoadingManager,
  Mesh,
  MeshStandardMaterial,
  type Object3D,
  Points,
  TextureLoader,
} from "three";
import type { Cloud } from "./cloud";
import { CloudModel } from "./cloud-model";
import { MeshModel, meshOf } from "./mesh-model";
import type { Model } from "./model";

export const SCENE_FILE = /\.(pts\.json|obj|gltf|glb|stl|ply)$/i;

/** The kind of file by its name; empty where it is none that can be drawn. */
export function sceneKind(path: string): string {
  return SCENE_FILE.exec(path)?.[1]?.toLowerCase() ?? "";
}

/** Throws an Error that says what is wrong with the file. */
export async function modelOf(bytes: ArrayBuffer, kind: string): Promise<Model> {
  switch (kind) {
    case "pts.json":
      return new CloudModel(await parsed(bytes));
    case "obj": {
      const { OBJLoader } = await import("three/examples/jsm/loaders/OBJLoader.js");
      const group = new OBJLoader().parse(new TextDecoder().decode(bytes));
      dress(group);
      return meshes(group, "y");
    }
    case "stl": {
      const { STLLoader } = await import("three/examples/jsm/loaders/STLLoader.js");
      return meshes(meshOf(new STLLoader().parse(bytes)), "z");
    }
    case "ply": {
      const { PLYLoader } = await import("three/examples/jsm/loaders/PLYLoader.js");
      const geometry = new PLYLoader().parse(bytes);
      return geometry.getIndex() ? meshes(meshOf(geometry), "z") : new CloudModel(cloudOfGeometry(geometry));
    }
    case "gltf":
    case "glb":
      if (kind === "glb" && new TextDecoder().decode(bytes.slice(0, 4)) !== "glTF")
        throw new Error("it does not begin as GLB files do");
      return meshes(await gltfOf(bytes), "y");
    default:
      throw new Error(kind);
  }
}

function meshes(object: Object3D, up: "y" | "z"): Model {
  let drawn = false;
  object.traverse((each) => {
    if (each instanceof Points) drawn = true;
    if (each instanceof Mesh && each.geometry.getAttribute("position")?.count > 0) drawn = true;
  });
  if (!drawn) throw new Error("no shapes");
  return new MeshModel(object, up);
}

/** Large clouds are read aside, so that the page goes on meanwhile. */
function parsed(bytes: ArrayBuffer): Promise<Cloud> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return new Promise<Cloud>((done, fail) => {
    worker.onmessage = (event: MessageEvent<{ cloud: Cloud } | { failed: string }>) =>
      "cloud" in event.data ? done(event.data.cloud) : fail(new Error(event.data.failed));
    worker.onerror = (event) => fail(new Error(event.message));
    worker.postMessage(bytes, [bytes]);
  }).finally(() => worker.terminate());
}

/** Files of shapes without light of their own get a surface that shows their form. */
function dress(group: Group): void {
  group.traverse((each) => {
    if (!(each instanceof Mesh)) return;
    const coloured = each.geometry.getAttribute("color") !== undefined;
    each.material = new MeshStandardMaterial({
      side: DoubleSide,
      roughness: 0.8,
      vertexColors: coloured,
      color: coloured ? 0xffffff : 0xcfd4da,
    });
  });
}

/** A PLY file without faces is a cloud. */
function cloudOfGeometry(geometry: BufferGeometry): Cloud {
  const position = geometry.getAttribute("position");
  const colour = geometry.getAttribute("color");
  const points = new Float32Array(position.count * 3);
  const rgb = colour ? new Uint8Array(position.count * 3) : null;
  for (let at = 0; at < position.count; at++) {
    points.set([position.getX(at), position.getY(at), position.getZ(at)], at * 3);
    // the loader tells colours as amounts of light
    if (rgb) rgb.set([byteOf(colour!.getX(at)), byteOf(colour!.getY(at)), byteOf(colour!.getZ(at))], at * 3);
  }
  geometry.dispose();
  return { origin: [0, 0, 0], points, fourth: null, rgb, boxes: [], arrows: [], skipped: 0 };
}

function byteOf(light: number): number {
  return Math.round(255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055));
}

/** Everything a glTF file needs must be within it: nothing is asked of any address. */
async function gltfOf(bytes: ArrayBuffer): Promise<Object3D> {
  const { GLTFLoader } = await import("three/examples/jsm/loaders/GLTFLoader.js");
  const manager = new LoadingManager();
  manager.setURLModifier((url) =>
    /^(data:image\/|blob:)/.test(url) ? url : "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
  );
  const loader = new GLTFLoader(manager);
  loader.register((parser) => {
    // pictures by <img>, which the page may make of its own bytes; `fetch` may not
    const textures = new TextureLoader(manager);
    const inner = parser as unknown as {
      textureLoader: TextureLoader;
      loadBuffer: (place: number) => Promise<ArrayBuffer>;
      json: { buffers?: { uri?: string }[] };
    };
    inner.textureLoader = textures;
    const own = inner.loadBuffer.bind(parser);
    inner.loadBuffer = async (place) => {
      const uri = inner.json.buffers?.[place]?.uri;
      if (uri === undefined) return own(place);
      const found = /^data:[^,]*;base64,/.exec(uri);
      if (!found) throw new Error(`It needs the file ${uri.slice(0, 80)}, which is not part of it`);
      return Uint8Array.from(atob(uri.slice(found[0].length)), (letter) => letter.charCodeAt(0)).buffer;
    };
    return { name: "within" };
  });
  const { scene } = await loader.parseAsync(bytes, "");
  scene.traverse((each) => {
    // metal shows what is around it, of which there is nothing here
    if (each instanceof Mesh)
      for (const material of [each.material].flat())
        if (material instanceof MeshStandardMaterial) material.metalness = Math.min(material.metalness, 0.3);
  });
  return scene;
}
