import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The workloads of package lang, by threads of Java: see lang.go there. The argument is the kind of
 * threads, platform or virtual. It is compiled for Java 11, so virtual ones are reached by
 * reflection.
 */
public final class Lang {
    private static final int ITERATIONS = 15_000;
    private static final long DELAY_MS = 10;
    private static final int KINDS = 16;

    /**
     * What tells the CPU time of this process; on Linux in steps of 10 ms. It takes 40 ms to load, but
     * then 15 µs to be asked. ProcessHandle takes 150 µs each time, within a request.
     */
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static boolean virtual;

    static long churn(long x) {
        for (int i = 0; i < ITERATIONS; i++) {
            x = (x ^ x >>> 32) * 6364136223846793005L + 1442695040888963407L;
        }
        return x;
    }

    static long mix(long x) {
        x += 0x9e3779b97f4a7c15L;
        x = (x ^ x >>> 30) * 0xbf58476d1ce4e5b9L;
        x = (x ^ x >>> 27) * 0x94d049bb133111ebL;
        return x ^ x >>> 31;
    }

    /** Tasks 0 … tasks-1 by several workers, each of which runs this. */
    private static final class Run implements Runnable {
        final boolean waits;
        final long tasks;
        final AtomicLong next = new AtomicLong();
        final AtomicLong sum = new AtomicLong();
        final AtomicLong residence = new AtomicLong();

        Run(boolean waits, long tasks) {
            this.waits = waits;
            this.tasks = tasks;
        }

        @Override
        public void run() {
            try {
                work();
            } catch (Throwable e) {
                fail(e);
            }
        }

        private void work() throws InterruptedException {
            long start = System.nanoTime();
            long total = 0;
            for (long task; (task = next.getAndIncrement()) < tasks; ) {
                if (waits) {
                    Thread.sleep(DELAY_MS);
                    total += mix(task % KINDS);
                } else {
                    total += churn(task % KINDS + 1);
                }
            }
            sum.addAndGet(total);
            residence.addAndGet(System.nanoTime() - start);
        }
    }

    private static Thread start(Runnable work) throws ReflectiveOperationException {
        if (virtual) {
            Method startVirtualThread = Thread.class.getMethod("startVirtualThread", Runnable.class);
            return (Thread) startVirtualThread.invoke(null, work);
        }
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    /** The number that a word is, -1 if it is none. */
    private static int number(String word) {
        try {
            return Integer.parseInt(word);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String answer(String request) throws Exception {
        if (request.equals("about")) {
            return Integer.toString(Runtime.version().feature());
        }
        String[] words = request.split(" ");
        boolean known = words.length == 3 && (words[0].equals("compute") || words[0].equals("wait"));
        if (!known || number(words[1]) < 1 || number(words[2]) < 0) {
            return "error: not a request: " + request;
        }
        Thread[] workers = new Thread[number(words[1])];
        Run run = new Run(words[0].equals("wait"), number(words[2]));
        long before = SYSTEM.getProcessCpuTime();
        for (int i = 0; i < workers.length; i++) {
            workers[i] = start(run);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        long cpu = SYSTEM.getProcessCpuTime() - before;
        return Long.toUnsignedString(run.sum.get()) + " " + cpu + " " + run.residence.get();
    }

    /** Ends the process, which an error in one of several threads does not do by itself. */
    private static void fail(Throwable e) {
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    /** Answers one request. */
    private static final class Reply implements Runnable {
        final String request;

        Reply(String request) {
            this.request = request;
        }

        @Override
        public void run() {
            try {
                System.out.println(answer(request));
            } catch (Throwable e) {
                fail(e);
            }
        }
    }

    public static void main(String[] args) throws IOException {
        virtual = args[0].equals("virtual");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            new Thread(new Reply(line)).start();
        }
        Runtime.getRuntime().halt(0); // the parent is gone, or wants us to be
    }
}
