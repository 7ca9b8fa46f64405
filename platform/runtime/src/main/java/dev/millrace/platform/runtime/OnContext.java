package dev.millrace.platform.runtime;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/** Runs something on the Vert.x context where it belongs. May be used from any thread. */
final class OnContext {
    private OnContext() {}

    /** The answer of {@code what}, called later on that context; what it throws fails the answer. */
    static <A> Future<A> call(Context context, Supplier<Future<A>> what) {
        Promise<A> answer = Promise.promise();
        context.runOnContext(now -> {
            try {
                what.get().onComplete(answer);
            } catch (RuntimeException thrown) {
                answer.fail(thrown);
            }
        });
        return answer.future();
    }
}
