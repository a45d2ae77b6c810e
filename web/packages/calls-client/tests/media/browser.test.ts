// The table of what browsers do differently.

import { describe, expect, it } from "vitest";
import { browserFeatures } from "../../src/browser.js";

describe("browserFeatures", () => {
  it("finds nothing in a page that has nothing", () => {
    expect(new Set(Object.values(browserFeatures({})))).toEqual(new Set([false]));
  });

  it("finds everything in a page that has everything", () => {
    const features = browserFeatures({
      navigator: {
        mediaDevices: {
          getDisplayMedia: () => undefined,
          getSupportedConstraints: () => ({ suppressLocalAudioPlayback: true, backgroundBlur: true }),
        },
        locks: {},
        wakeLock: {},
      },
      document: { pictureInPictureEnabled: true },
      documentPictureInPicture: {},
      HTMLMediaElement: { prototype: { setSinkId: () => undefined } },
      RTCPeerConnection: { prototype: { onicecandidateerror: null } },
      RTCRtpTransceiver: { prototype: { setCodecPreferences: () => undefined } },
      RTCRtpScriptTransform: {},
    });
    expect(new Set(Object.values(features))).toEqual(new Set([true]));
  });

  it("tells a phone, which captures but shares no screen", () => {
    const features = browserFeatures({
      navigator: { mediaDevices: { getSupportedConstraints: () => ({}) } },
    });
    expect(features).toMatchObject({ capture: true, screen: false, screenSound: false });
  });

  it("tells a browser that shares screens without their sound", () => {
    const mediaDevices = { getDisplayMedia: () => undefined, getSupportedConstraints: () => ({}) };
    expect(browserFeatures({ navigator: { mediaDevices } })).toMatchObject({
      screen: true,
      screenSound: false,
    });
  });

  it("looks at the running page when nothing is given", () => {
    expect(browserFeatures()).toMatchObject({ capture: false, peerConnections: false });
  });
});
