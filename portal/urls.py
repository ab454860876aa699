from django.urls import path

from portal.views import (
    channels,
    figures,
    home,
    intake,
    letters,
    matters,
    me,
    public_box,
    public_track,
    similar,
    steps,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("matters/", matters.matter_list, name="matters"),
    path("matters/new/", intake.matter_new, name="matter_new"),
    path("matters/similar/", similar.matter_similar, name="matter_similar"),
    path("matters/<int:pk>/", matters.matter_page, name="matter"),
    path("matters/<int:pk>/unmask/", steps.matter_unmask, name="matter_unmask"),
    path("matters/<int:pk>/letter.<slug:ending>", letters.matter_letter, name="matter_letter"),
    path("matters/<int:pk>/<slug:verb>/", steps.matter_step, name="matter_step"),
    path("me/", me.me, name="me"),
    path("me/notice-channels/", channels.channels, name="channels"),
    path("me/notice-channels/<int:pk>/try/", channels.channel_try, name="channel_try"),
    path("me/notice-channels/<int:pk>/switch/", channels.channel_switch, name="channel_switch"),
    path("me/notice-channels/<int:pk>/remove/", channels.channel_remove, name="channel_remove"),
    path("notices/", me.notices, name="notices"),
    path("notices/read/", me.notices_read, name="notices_read"),
    path("notices/<int:pk>/", me.notice_open, name="notice_open"),
    path("figures/", figures.figures, name="figures"),
    path("box/", public_box.box_without_code, name="box_without_code"),
    path("box/<slug:code>/", public_box.box, name="box"),
    path("track/", public_track.track, name="track"),
    path("track/<slug:verb>/", public_track.track_step, name="track_step"),
    path("robots.txt", public_box.robots, name="robots"),
    path("figures/<slug:code>/", figures.figure_records, name="figure_records"),
]
