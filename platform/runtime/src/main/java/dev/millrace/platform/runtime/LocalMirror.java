package dev.millrace.platform.runtime;

import dev.millrace.platform.runtime.Table.Change;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** {@link Mirror} that its table tells of every change. */
final class LocalMirror<K extends Comparable<K>, V> implements Mirror<K, V> {
    private final Tables.Version<V> version;
    private final ConcurrentSkipListMap<K, V> entries = new ConcurrentSkipListMap<>();
    private final AtomicLong changes = new AtomicLong();

    LocalMirror(Tables.Version<V> version) {
        this.version = version;
    }

    void changed(Change<K, V> change) {
        if (change.value().isPresent()) {
            put(change.key(), change.value().get());
        } else {
            entries.remove(change.key());
            changes.incrementAndGet();
        }
    }

    private void put(K key, V value) {
        entries.merge(key, value, (here, now) -> version.of(now) >= version.of(here) ? now : here);
        changes.incrementAndGet();
    }

    @Override
    public Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public Iterable<Map.Entry<K, V>> after(Optional<K> after) {
        NavigableMap<K, V> rest = after.isPresent() ? entries.tailMap(after.get(), false) : entries;
        return rest.entrySet();
    }

    @Override
    public List<V> values() {
        return List.copyOf(entries.values());
    }

    @Override
    public long changes() {
        return changes.get();
    }
}
