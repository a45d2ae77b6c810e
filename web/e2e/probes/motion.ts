// Proves that a picture moves: two samples of the pixels. Decoded frames are no proof, black ones count too.

/** What two samples of a picture show. */
export interface Picture {
  /** Mean difference of a colour value between the samples, 0 to 255. */
  readonly change: number;
  /** Mean colour value, 0 to 255; black is 0. */
  readonly brightness: number;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 64;
const HEIGHT = 48;
/** Milliseconds between the samples: shorter misses slow motion, longer costs time. */
const APART_MS = 400;

/** The video that a selector finds first and that shows something; null when there is none. */
export async function motionOf(selector: string): Promise<Picture | null> {
  const video = [...document.querySelectorAll<HTMLVideoElement>(selector)].find(
    (one) => one.srcObject !== null && one.videoWidth > 0,
  );
  if (video === undefined) return null;
  const before = sample(video);
  await new Promise((resolve) => setTimeout(resolve, APART_MS));
  const after = sample(video);
  let change = 0;
  let sum = 0;
  let count = 0;
  after.forEach((value, index) => {
    if (index % 4 === 3) return;
    change += Math.abs(value - (before[index] ?? 0));
    sum += value;
    count += 1;
  });
  return {
    change: change / count,
    brightness: sum / count,
    width: video.videoWidth,
    height: video.videoHeight,
  };
}

function sample(video: HTMLVideoElement): Uint8ClampedArray {
  const brush = new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true });
  if (brush === null) throw new Error("no canvas");
  brush.drawImage(video, 0, 0, WIDTH, HEIGHT);
  return brush.getImageData(0, 0, WIDTH, HEIGHT).data;
}
