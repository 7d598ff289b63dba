/* Threads that do jobs together with the one that asks, and wait in between.
 *
 * A job is begun with `team_work`: every worker (number 0 is the caller) is called with what was given, and all are back
 * when it returns; what one has written before, or in an earlier job, the others see. To be woken takes long, so that whoever
 * waits looks `spin` times before it sleeps. Signals are for the thread that asks. A team that is all zero has nobody but the
 * caller. A child process made by fork has no threads: it must neither give work to a team that had some, nor stop it.
 */
#ifndef MODELCHECK_TEAM_H
#define MODELCHECK_TEAM_H
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

typedef void (*TeamJob)(void *with, int32_t worker);

typedef struct Seat {
    struct Team *team;
    int32_t number;
    pthread_t thread;
} Seat;

typedef struct Team {
    pthread_mutex_t lock;
    pthread_cond_t go, ready;
    Seat *seats;               /* of the others: seats[0] is worker 1's */
    int32_t n;                 /* how many of them there are */
    int32_t spin, stop;
    uint64_t round;            /* jobs begun */
    int32_t running;           /* of the others */
    TeamJob job;
    void *with;
} Team;

static inline void team_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void *team_serve(void *argument) {
    Seat *seat = argument;
    Team *t = seat->team;
    uint64_t seen = 0;
    for (;;) {
        for (int i = 0; i < t->spin && __atomic_load_n(&t->round, __ATOMIC_ACQUIRE) == seen; i++) team_pause();
        pthread_mutex_lock(&t->lock);
        while (t->round == seen && !t->stop) pthread_cond_wait(&t->go, &t->lock);
        seen = t->round;
        int stop = t->stop;
        pthread_mutex_unlock(&t->lock);
        if (stop) return NULL;
        t->job(t->with, seat->number);
        pthread_mutex_lock(&t->lock);
        if (__atomic_sub_fetch(&t->running, 1, __ATOMIC_RELEASE) == 0) pthread_cond_signal(&t->ready);
        pthread_mutex_unlock(&t->lock);
    }
}

/* Have all do a job. */
static void team_work(Team *t, TeamJob job, void *with) {
    if (!t->n) { job(with, 0); return; }
    pthread_mutex_lock(&t->lock);
    t->job = job;
    t->with = with;
    t->running = t->n;
    __atomic_store_n(&t->round, t->round + 1, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&t->go);
    pthread_mutex_unlock(&t->lock);
    job(with, 0);
    for (int i = 0; i < t->spin && __atomic_load_n(&t->running, __ATOMIC_ACQUIRE); i++) team_pause();
    pthread_mutex_lock(&t->lock);
    while (t->running) pthread_cond_wait(&t->ready, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

/* Let the others go; the team may be started again. */
static void team_stop(Team *t) {
    if (!t->seats) return;
    pthread_mutex_lock(&t->lock);
    t->stop = 1;
    pthread_cond_broadcast(&t->go);
    pthread_mutex_unlock(&t->lock);
    for (int32_t i = 0; i < t->n; i++) pthread_join(t->seats[i].thread, NULL);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->go);
    pthread_cond_destroy(&t->ready);
    free(t->seats);
    *t = (Team){.n = 0};
}

/* `n` workers with the caller, the others with so much stack: 0; -1, and nobody else, where they cannot be had. */
static int team_start(Team *t, int32_t n, size_t stack, int32_t spin) {
    sigset_t all, before;
    pthread_attr_t how;
    *t = (Team){.spin = spin};
    if (n <= 1) return 0;
    if (!(t->seats = calloc((size_t)n - 1, sizeof(Seat)))) return -1;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->go, NULL);
    pthread_cond_init(&t->ready, NULL);
    if (pthread_attr_init(&how)) { team_stop(t); return -1; }
    int failed = pthread_attr_setstacksize(&how, stack);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!failed && t->n < n - 1) {
        Seat *seat = &t->seats[t->n];
        seat->team = t;
        seat->number = t->n + 1;
        failed = pthread_create(&seat->thread, &how, team_serve, seat);
        t->n += !failed;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&how);
    if (!failed) return 0;
    team_stop(t);
    return -1;
}
#endif
