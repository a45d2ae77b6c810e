// Moving pictures that are drawn, so that the gallery needs no camera.

/** Draws somebody who moves a little, in front of a tinted wall. Calls with the same hue look alike. */
export function personTrack(
  hue: number,
  size: { readonly width: number; readonly height: number },
): MediaStreamTrack {
  return drawnTrack(size, (pen, time) => {
    const { width, height } = size;
    const wall = pen.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, `oklch(0.72 0.07 ${hue})`);
    wall.addColorStop(1, `oklch(0.42 0.06 ${hue + 40})`);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, width, height);
    const sway = Math.sin(time / 900) * width * 0.012;
    const x = width / 2 + sway;
    const unit = Math.min(width, height);
    pen.fillStyle = `oklch(0.35 0.08 ${hue + 200})`;
    pen.beginPath();
    pen.ellipse(x, height * 1.08, unit * 0.5, unit * 0.46, 0, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = "oklch(0.74 0.07 55)";
    pen.beginPath();
    pen.ellipse(x, height * 0.44, unit * 0.17, unit * 0.21, 0, 0, Math.PI * 2);
    pen.fill();
    pen.fillStyle = "oklch(0.3 0.04 40)";
    pen.beginPath();
    pen.ellipse(x, height * 0.33, unit * 0.19, unit * 0.14, 0, Math.PI, Math.PI * 2);
    pen.fill();
  });
}

/** Draws a window with text, as somebody might share it. */
export function screenTrack(): MediaStreamTrack {
  const size = { width: 1280, height: 720 };
  return drawnTrack(size, (pen, time) => {
    pen.fillStyle = "#f6f8f8";
    pen.fillRect(0, 0, size.width, size.height);
    pen.fillStyle = "#0f5c5c";
    pen.fillRect(0, 0, size.width, 64);
    pen.fillStyle = "#ffffff";
    pen.font = "28px sans-serif";
    pen.fillText("Quarterly plan", 32, 42);
    for (let row = 0; row < 12; row += 1) {
      pen.fillStyle = row % 3 === 0 ? "#24444a" : "#8aa0a4";
      pen.fillRect(48, 112 + row * 46, 420 + ((row * 173) % 620), 18);
    }
    pen.fillStyle = "#0f9d8a";
    pen.fillRect(48, 680, ((time / 20) % 1180) + 4, 8);
  });
}

function drawnTrack(
  size: { readonly width: number; readonly height: number },
  draw: (pen: CanvasRenderingContext2D, timeMs: number) => void,
): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = size.width;
  canvas.height = size.height;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("No canvas to draw on.");
  const frame = (time: number): void => {
    draw(pen, time);
    requestAnimationFrame(frame);
  };
  frame(0);
  const track = canvas.captureStream(15).getVideoTracks()[0];
  if (track === undefined) throw new Error("The canvas gives no track.");
  return track;
}
