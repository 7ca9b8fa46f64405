// A page with phones of JsSIP: one registers, another calls it, and both count the sound that comes.
import JsSIP from 'jssip';

function phone({ server, domain, user, password }) {
  return new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(server)],
    uri: `sip:${user}@${domain}`,
    password,
    register: true,
    session_timers: false,
  });
}

function registered(ua) {
  return new Promise((resolve, reject) => {
    ua.on('registered', () => resolve(ua));
    ua.on('registrationFailed', (event) => reject(new Error(`registration failed: ${event.cause}`)));
    ua.start();
  });
}

// Packets of audio that a connection has received.
async function received(session) {
  let packets = 0;
  (await session.connection.getStats()).forEach((report) => {
    if (report.type === 'inbound-rtp') packets += report.packetsReceived;
  });
  return packets;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const options = { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: [] } };

// Registers both and calls; resolves with what happened, as text.
window.call = async ({ server, domain, caller, callee }) => {
  const there = await registered(phone({ server, domain, ...callee }));
  const here = await registered(phone({ server, domain, ...caller }));
  const answered = new Promise((resolve) => {
    there.on('newRTCSession', ({ session }) => {
      session.on('confirmed', () => resolve(session));
      session.answer(options);
    });
  });
  const session = await new Promise((resolve, reject) => {
    const made = here.call(`sip:${callee.user}@${domain}`, {
      ...options,
      eventHandlers: {
        confirmed: () => resolve(made),
        failed: (event) => reject(new Error(`call failed: ${event.cause}`)),
      },
    });
  });
  const other = await answered;
  for (let i = 0; i < 100 && !((await received(session)) > 20 && (await received(other)) > 20); i++) await pause(100);
  const heard = [await received(session), await received(other)];
  const ended = new Promise((resolve) => other.on('ended', (event) => resolve(event.originator)));
  session.terminate();
  const by = await ended;
  here.stop();
  there.stop();
  return `heard ${heard[0] > 20} ${heard[1] > 20}, ended by ${by}`;
};
