package dev.millrace.platform.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Receives every batch into the same bytes: half a megabyte per read, for datagrams of any size, would else come from the
 * allocator each time. Right only where nobody keeps what was lent. Owned by one channel and its loop.
 */
final class LentBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private final ByteBuf bytes;

    LentBuffer(int capacity) {
        this.bytes = Unpooled.directBuffer(capacity, capacity);
    }

    @Override
    @SuppressWarnings("deprecation") // the interface itself still answers with its old handle
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator unused) {
                return bytes.retain().clear();
            }

            @Override
            public int guess() {
                return bytes.capacity();
            }
        };
    }

    /** The channel is closed. */
    void release() {
        bytes.release();
    }
}
