package dev.millrace.platform.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Receives every batch into the same bytes: half a megabyte per read, for datagrams of any size, would else come from the
 * allocator each time. Most reads find one datagram, and each place of a batch is prepared whether it is filled or not, so the first
 * batch of a read is small; and a batch that is not filled has emptied the socket, so nobody asks again. Right only where nobody
 * keeps what was lent. Owned by one channel and its loop.
 */
final class LentBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    /** Datagrams that the first batch of a read has room for. */
    static final int FIRST = 2;

    private final int batch;
    private final ByteBuf bytes;
    private final ByteBuf first;

    /**
     * @param packetLimit bytes of the longest datagram
     * @param batch datagrams of a full batch
     */
    LentBuffer(int packetLimit, int batch) {
        this.batch = batch;
        this.bytes = Unpooled.directBuffer(packetLimit * batch, packetLimit * batch);
        this.first = bytes.slice(0, packetLimit * Math.min(FIRST, batch));
    }

    private final class Lending extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {
        private final RecvByteBufAllocator.ExtendedHandle counting;
        private int room;
        private int taken;

        Lending(RecvByteBufAllocator.ExtendedHandle counting) {
            super(counting);
            this.counting = counting;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator unused) {
            boolean more = taken > 0 && taken == room;
            room = more ? batch : Math.min(FIRST, batch);
            taken = 0;
            return (more ? bytes : first).retain().clear();
        }

        @Override
        public int guess() {
            return first.capacity();
        }

        @Override
        public void incMessagesRead(int messages) {
            taken += messages;
            super.incMessagesRead(messages);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return taken == room && counting.continueReading(maybeMore);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the interface itself still answers with its old handle
    public Handle newHandle() {
        return new Lending(new MaxMessageHandle() {
            @Override
            public int guess() {
                return first.capacity();
            }
        });
    }

    /** The channel is closed. */
    void release() {
        bytes.release();
    }
}
