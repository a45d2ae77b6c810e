// Session descriptions and candidates that look like a browser's.

export const sdp = (label = "x") =>
  ["v=0", "o=- 4611731400430051336 2 IN IP4 127.0.0.1", `s=${label}`, "t=0 0", "a=group:BUNDLE 0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", "a=rtpmap:111 opus/48000/2",
    ""].join("\r\n");

export const offer = (label) => ({ type: "offer", sdp: sdp(label) });
export const answer = (label) => ({ type: "answer", sdp: sdp(label) });

export const candidate = (number = 1) => ({
  candidate: `candidate:${number} 1 udp 2122260223 192.0.2.${number % 250} ${50_000 + number} typ host generation 0 ufrag abcd`,
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: "abcd",
});
