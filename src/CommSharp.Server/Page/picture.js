// A picture that somebody gave: checked by its first bytes, shown by an object URL, and sent as it is.

const signatures = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/png", [0x89, 0x50, 0x4e, 0x47]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/bmp", [0x42, 0x4d]],
];
const largest = 64 * 1024 * 1024; // the server has its own, smaller limit; this one keeps the tab alive

/** Reads a file or blob; throws an Error whose message can be shown. The caller calls `release` when it is done. */
export async function read(file, name) {
  if (file.size === 0) {
    throw new Error("This file is empty.");
  }
  if (file.size > largest) {
    throw new Error(`This file has ${megabytes(file.size)}; a picture may have ${megabytes(largest)}.`);
  }
  const type = typeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (type === null) {
    throw new Error("This is no picture that can be used: choose a JPEG, PNG, WebP, GIF or BMP file.");
  }
  const blob = new Blob([file], { type }); // the name of a file may lie about its kind
  const address = URL.createObjectURL(blob);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(address);
    throw new Error("This picture is damaged and cannot be shown.");
  }
  return {
    name: name || file.name || "picture",
    size: file.size,
    width: image.naturalWidth,
    height: image.naturalHeight,
    address,
    dataUrl: () => dataUrlOf(blob),
    release: () => URL.revokeObjectURL(address),
  };
}

export const megabytes = (bytes) => bytes < 100_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

function typeOf(head) {
  const starts = (bytes, at = 0) => bytes.every((byte, index) => head[at + index] === byte);
  if (starts([0x52, 0x49, 0x46, 0x46]) && starts([0x57, 0x45, 0x42, 0x50], 8)) {
    return "image/webp";
  }
  return signatures.find(([, bytes]) => starts(bytes))?.[0] ?? null;
}

function dataUrlOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(new Error("The picture could not be read. Choose it again."));
    reader.readAsDataURL(blob);
  });
}
