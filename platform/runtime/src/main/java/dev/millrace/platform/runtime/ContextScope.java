package dev.millrace.platform.runtime;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;

/** Puts the loop's Vert.x context around everything a native channel tells its handler, so that the bus can be asked from there. */
final class ContextScope extends ChannelInboundHandlerAdapter {
    private final ContextInternal context;

    ContextScope(Loop loop) {
        this.context = loop.internal();
    }

    private void within(ChannelHandlerContext channel, Consumer<ChannelHandlerContext> event) {
        ContextInternal before = context.beginDispatch();
        try {
            event.accept(channel);
        } finally {
            context.endDispatch(before);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext channel) {
        within(channel, ChannelHandlerContext::fireChannelActive);
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) {
        within(channel, ChannelHandlerContext::fireChannelInactive);
    }

    @Override
    public void channelRead(ChannelHandlerContext channel, Object message) {
        within(channel, here -> here.fireChannelRead(message));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext channel) {
        within(channel, ChannelHandlerContext::fireChannelReadComplete);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext channel) {
        within(channel, ChannelHandlerContext::fireChannelWritabilityChanged);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        within(channel, here -> here.fireExceptionCaught(cause));
    }
}
