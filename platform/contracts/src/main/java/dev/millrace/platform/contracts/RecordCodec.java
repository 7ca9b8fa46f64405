package dev.millrace.platform.contracts;

import dev.millrace.protocols.wire.Reader;
import dev.millrace.protocols.wire.Writer;
import java.util.function.Function;

/** Codecs of records: the order and the types of the fields are said once, for both directions. */
public final class RecordCodec {
    private RecordCodec() {}

    /** 1 field. */
    public static <A, R> Codec<R> of(Codec<A> a, Function<R, A> aOf, Function<A, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.apply(a.decode(reader));
            }
        };
    }

    /** 2 fields. */
    public static <A, B, R> Codec<R> of(
            Codec<A> a, Function<R, A> aOf, Codec<B> b, Function<R, B> bOf, Make2<A, B, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(a.decode(reader), b.decode(reader));
            }
        };
    }

    /** 3 fields. */
    public static <A, B, C, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Make3<A, B, C, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(a.decode(reader), b.decode(reader), c.decode(reader));
            }
        };
    }

    /** 4 fields. */
    public static <A, B, C, D, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Make4<A, B, C, D, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(a.decode(reader), b.decode(reader), c.decode(reader), d.decode(reader));
            }
        };
    }

    /** 5 fields. */
    public static <A, B, C, D, E, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Make5<A, B, C, D, E, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader), b.decode(reader), c.decode(reader), d.decode(reader), e.decode(reader));
            }
        };
    }

    /** 6 fields. */
    public static <A, B, C, D, E, F, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Codec<F> f,
            Function<R, F> fOf,
            Make6<A, B, C, D, E, F, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
                f.encode(writer, fOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader),
                        b.decode(reader),
                        c.decode(reader),
                        d.decode(reader),
                        e.decode(reader),
                        f.decode(reader));
            }
        };
    }

    /** 7 fields. */
    public static <A, B, C, D, E, F, G, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Codec<F> f,
            Function<R, F> fOf,
            Codec<G> g,
            Function<R, G> gOf,
            Make7<A, B, C, D, E, F, G, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
                f.encode(writer, fOf.apply(record));
                g.encode(writer, gOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader),
                        b.decode(reader),
                        c.decode(reader),
                        d.decode(reader),
                        e.decode(reader),
                        f.decode(reader),
                        g.decode(reader));
            }
        };
    }

    /** 8 fields. */
    public static <A, B, C, D, E, F, G, H, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Codec<F> f,
            Function<R, F> fOf,
            Codec<G> g,
            Function<R, G> gOf,
            Codec<H> h,
            Function<R, H> hOf,
            Make8<A, B, C, D, E, F, G, H, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
                f.encode(writer, fOf.apply(record));
                g.encode(writer, gOf.apply(record));
                h.encode(writer, hOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader),
                        b.decode(reader),
                        c.decode(reader),
                        d.decode(reader),
                        e.decode(reader),
                        f.decode(reader),
                        g.decode(reader),
                        h.decode(reader));
            }
        };
    }

    /** 9 fields. */
    public static <A, B, C, D, E, F, G, H, I, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Codec<F> f,
            Function<R, F> fOf,
            Codec<G> g,
            Function<R, G> gOf,
            Codec<H> h,
            Function<R, H> hOf,
            Codec<I> i,
            Function<R, I> iOf,
            Make9<A, B, C, D, E, F, G, H, I, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
                f.encode(writer, fOf.apply(record));
                g.encode(writer, gOf.apply(record));
                h.encode(writer, hOf.apply(record));
                i.encode(writer, iOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader),
                        b.decode(reader),
                        c.decode(reader),
                        d.decode(reader),
                        e.decode(reader),
                        f.decode(reader),
                        g.decode(reader),
                        h.decode(reader),
                        i.decode(reader));
            }
        };
    }

    /** 10 fields. */
    public static <A, B, C, D, E, F, G, H, I, J, R> Codec<R> of(
            Codec<A> a,
            Function<R, A> aOf,
            Codec<B> b,
            Function<R, B> bOf,
            Codec<C> c,
            Function<R, C> cOf,
            Codec<D> d,
            Function<R, D> dOf,
            Codec<E> e,
            Function<R, E> eOf,
            Codec<F> f,
            Function<R, F> fOf,
            Codec<G> g,
            Function<R, G> gOf,
            Codec<H> h,
            Function<R, H> hOf,
            Codec<I> i,
            Function<R, I> iOf,
            Codec<J> j,
            Function<R, J> jOf,
            Make10<A, B, C, D, E, F, G, H, I, J, R> make) {
        return new Codec<>() {
            @Override
            public void encode(Writer writer, R record) {
                a.encode(writer, aOf.apply(record));
                b.encode(writer, bOf.apply(record));
                c.encode(writer, cOf.apply(record));
                d.encode(writer, dOf.apply(record));
                e.encode(writer, eOf.apply(record));
                f.encode(writer, fOf.apply(record));
                g.encode(writer, gOf.apply(record));
                h.encode(writer, hOf.apply(record));
                i.encode(writer, iOf.apply(record));
                j.encode(writer, jOf.apply(record));
            }

            @Override
            public R decode(Reader reader) {
                return make.make(
                        a.decode(reader),
                        b.decode(reader),
                        c.decode(reader),
                        d.decode(reader),
                        e.decode(reader),
                        f.decode(reader),
                        g.decode(reader),
                        h.decode(reader),
                        i.decode(reader),
                        j.decode(reader));
            }
        };
    }

    /** A constructor of 2 fields. */
    @FunctionalInterface
    public interface Make2<A, B, R> {
        R make(A a, B b);
    }

    /** A constructor of 3 fields. */
    @FunctionalInterface
    public interface Make3<A, B, C, R> {
        R make(A a, B b, C c);
    }

    /** A constructor of 4 fields. */
    @FunctionalInterface
    public interface Make4<A, B, C, D, R> {
        R make(A a, B b, C c, D d);
    }

    /** A constructor of 5 fields. */
    @FunctionalInterface
    public interface Make5<A, B, C, D, E, R> {
        R make(A a, B b, C c, D d, E e);
    }

    /** A constructor of 6 fields. */
    @FunctionalInterface
    public interface Make6<A, B, C, D, E, F, R> {
        R make(A a, B b, C c, D d, E e, F f);
    }

    /** A constructor of 7 fields. */
    @FunctionalInterface
    public interface Make7<A, B, C, D, E, F, G, R> {
        R make(A a, B b, C c, D d, E e, F f, G g);
    }

    /** A constructor of 8 fields. */
    @FunctionalInterface
    public interface Make8<A, B, C, D, E, F, G, H, R> {
        R make(A a, B b, C c, D d, E e, F f, G g, H h);
    }

    /** A constructor of 9 fields. */
    @FunctionalInterface
    public interface Make9<A, B, C, D, E, F, G, H, I, R> {
        R make(A a, B b, C c, D d, E e, F f, G g, H h, I i);
    }

    /** A constructor of 10 fields. */
    @FunctionalInterface
    public interface Make10<A, B, C, D, E, F, G, H, I, J, R> {
        R make(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j);
    }
}
