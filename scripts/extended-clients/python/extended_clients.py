"""AWS's extended clients for Python. Arguments and environment: ../programs.ts."""

import base64
import os
import sys

from sns_extended_client import SNSExtendedClientSession
from sqs_extended_client import SQSExtendedClientSession

# A FIFO message of theirs, with an attribute of its own.
MESSAGE = {
    "MessageAttributes": {"eventType": {"DataType": "String", "StringValue": "NameChanged"}},
    "MessageGroupId": "C-1",
    "MessageDeduplicationId": "m-1",
}


def read(queue_url):
    client = sqs()
    received = client.receive_message(QueueUrl=queue_url, WaitTimeSeconds=5, MessageAttributeNames=["All"])
    message = received["Messages"][0]
    print(base64.b64encode(message["Body"].encode()).decode())
    client.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def send(queue_url, style):
    client = through_s3(sqs(), style)
    client.send_message(QueueUrl=queue_url, MessageBody=standard_input(), **MESSAGE)


def publish(topic_arn, style):
    client = SNSExtendedClientSession().client("sns", endpoint_url=os.environ["ENDPOINT"])
    client.large_payload_support = os.environ["BUCKET"]
    through_s3(client, style).publish(TopicArn=topic_arn, Message=standard_input(), **MESSAGE)


def sqs():
    client = SQSExtendedClientSession().client("sqs", endpoint_url=os.environ["ENDPOINT"])
    client.large_payload_support = os.environ["BUCKET"]
    return client


def through_s3(client, style):
    client.always_through_s3 = True
    client.use_legacy_attribute = style == "legacy"
    return client


def standard_input():
    return sys.stdin.buffer.read().decode()


# The clients make their own client of S3, to which only the environment tells where that is.
os.environ["AWS_ENDPOINT_URL"] = os.environ["ENDPOINT"]
command, *arguments = sys.argv[1:]
if command == "read":
    for url in arguments:
        read(url)
else:
    {"write-sqs": send, "write-sns": publish}[command](*arguments)
