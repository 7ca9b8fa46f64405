package dev.millrace.services.location;

import dev.millrace.platform.contracts.Codec;
import dev.millrace.platform.contracts.StreamPath;
import dev.millrace.platform.runtime.NodeContext;
import dev.millrace.platform.runtime.Registration;
import dev.millrace.platform.runtime.Table;
import dev.millrace.platform.runtime.Table.Swapped;
import dev.millrace.platform.runtime.Tables;
import dev.millrace.services.location.core.Decision;
import dev.millrace.services.location.core.Held;
import dev.millrace.services.location.core.Moment;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * A table of claims: reads an entry, lets a rule decide, and puts the result where the entry was unless somebody came between;
 * then it decides again. Called on one event loop.
 */
final class ClaimTable<T> {
    /** Decisions about one question until it fails. Each one more means that another question about the path was answered. */
    static final int TRIES = 16;

    private final NodeContext node;
    private final Table<StreamPath, Held<T>> table;

    ClaimTable(NodeContext node, String name, Codec<Held<T>> values) {
        this.node = node;
        this.table = node.tables().open(new Tables.Spec<>(name, StreamPath.CODEC, values, Held::version));
    }

    /** The claim, if there is one. */
    Future<Optional<T>> find(StreamPath path) {
        return table.get(path).map(entry -> entry.flatMap(Held::present));
    }

    /** Every entry, tombstones included. */
    Future<Map<StreamPath, Held<T>>> all() {
        return table.all();
    }

    /** Answers a question about the path by a rule. */
    <A> Future<A> decide(StreamPath path, BiFunction<Optional<Held<T>>, Moment, Decision<T, A>> rule) {
        return table.get(path).compose(entry -> decide(path, entry, rule, TRIES));
    }

    private <A> Future<A> decide(
            StreamPath path,
            Optional<Held<T>> entry,
            BiFunction<Optional<Held<T>>, Moment, Decision<T, A>> rule,
            int tries) {
        Moment now = new Moment(node.clock().millis(), node.nodeId(), node.ids().epochSeed());
        Decision<T, A> decision = rule.apply(entry, now);
        if (decision.write().isEmpty()) {
            return Future.succeededFuture(decision.answer());
        }
        return table.swap(path, entry, decision.write(), decision.lifetime())
                .compose(swapped -> done(path, swapped, decision.answer(), rule, tries));
    }

    private <A> Future<A> done(
            StreamPath path,
            Swapped<Held<T>> swapped,
            A answer,
            BiFunction<Optional<Held<T>>, Moment, Decision<T, A>> rule,
            int tries) {
        if (swapped.done()) {
            return Future.succeededFuture(answer);
        }
        return tries > 1
                ? decide(path, swapped.current(), rule, tries - 1)
                : Future.failedFuture(path + " was changed by others " + TRIES + " times");
    }

    /** Tells of every change of a claim; empty once it is released. */
    Registration onChange(BiConsumer<StreamPath, Optional<T>> listener) {
        // An entry vanishes only as a tombstone whose time is up: that was told when it became one.
        return table.onChange(
                change -> change.value().ifPresent(held -> listener.accept(change.key(), held.present())));
    }
}
