package dev.millrace.platform.lanes;

import dev.millrace.platform.runtime.Loop;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lane's readers on one event loop: one hand-over per frame reaches all of them. Owned by that loop. */
final class Branch {
    private static final Logger LOG = LoggerFactory.getLogger(Branch.class);

    private final Loop loop;
    private final Lane lane;
    private final Layouts layouts;
    private final ArrayList<Reader> readers = new ArrayList<>();

    Branch(Loop loop, Lane lane, PacketLimits limits) {
        this.loop = loop;
        this.lane = lane;
        this.layouts = new Layouts(limits);
    }

    Loop loop() {
        return loop;
    }

    /** A new reader: told where it starts, given the frames kept so far, which are released, and the publisher's clocks. */
    void add(Reader reader, List<TrackStart> starts, List<Frame> kept, List<Clocking> clocks) {
        readers.add(reader);
        try {
            reader.started(starts);
            for (Clocking clock : clocks) {
                reader.report(clock.track(), clock.ntp(), clock.timestamp());
            }
            for (Frame frame : kept) {
                reader.replay(frame, layouts);
                layouts.clear();
            }
            reader.flush();
        } catch (RuntimeException bug) {
            expel(reader, bug);
        } finally {
            kept.forEach(Frame::release);
        }
    }

    void remove(Reader reader) {
        if (readers.remove(reader)) {
            lane.readerLeft();
        }
    }

    /** Hands the burst, lent, to every reader. */
    void deliver(Burst burst) {
        lane.sent((long) burst.bytes().readableBytes() * readers.size());
        // By index from the end: a reader that is expelled meanwhile does not disturb the others.
        for (int i = readers.size() - 1; i >= 0; i--) {
            Reader reader = readers.get(i);
            try {
                reader.deliver(burst, layouts);
            } catch (RuntimeException bug) {
                expel(reader, bug);
            }
        }
        // A second round, so that the datagrams of all readers of a port leave in one system call.
        for (int i = readers.size() - 1; i >= 0; i--) {
            readers.get(i).flush();
        }
        layouts.clear();
    }

    void report(Clocking clock) {
        for (Reader reader : List.copyOf(readers)) {
            reader.report(clock.track(), clock.ntp(), clock.timestamp());
            reader.flush();
        }
    }

    void close(Closed why) {
        List<Reader> leaving = List.copyOf(readers);
        readers.clear();
        for (Reader reader : leaving) {
            lane.readerLeft();
            reader.closed(why);
        }
    }

    /** The lane has another home: the nodes that copied it here ask again where. */
    void sendLinksAway() {
        for (Reader reader : List.copyOf(readers)) {
            if (reader.leavesWithTheHome()) {
                remove(reader);
                reader.closed(Closed.MOVED);
            }
        }
    }

    private void expel(Reader reader, RuntimeException bug) {
        LOG.error("reader failed stream={}", lane.publicId(), bug);
        remove(reader);
        reader.closed(Closed.STALLED);
    }
}
